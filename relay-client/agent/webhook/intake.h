#ifndef CLIENT_AGENT_INTAKE_H
#define CLIENT_AGENT_INTAKE_H

#include "base/err.h"
#include "base/list.h"
#include "codec/http/http_head.h"

/* The order of one link's webhooks on their way into the journal: recorded as their
 * requests began, whichever body is complete first, and none behind one that is missing.
 * After a failure the link's webhooks are refused until the relay, which then has all of
 * them back, begins again with the oldest (LINK_FIELD_RESUME, docs/protocol.md §5).
 *
 * Life: intake_init -> ... -> intake_fini, when the link's exchanges are gone. */
struct intake {
    struct list coming; /* in order; the first is incomplete */
    struct list at_disk;
    bool is_broken; /* a webhook is missing */
    bool is_going_on;
};

/* One webhook; zeroed it is in no order (a local request) and recorded when complete.
 *
 * Life: intake_enter -> intake_complete -> record -> intake_leave or intake_fail; either
 *       also before. */
struct intake_place {
    struct list_node in_intake;
    struct intake *intake; /* borrowed; NULL: none, or it has ended */
    bool is_complete;
    bool is_left; /* its sender has gone */
    /* Your turn, once; from within intake_complete, _leave or _fail of any of the link's.
     * `is_refused`: one before you is missing, so you must not be recorded. */
    void (*record)(struct intake_place *p, bool is_refused);
};

void intake_init(struct intake *in);
void intake_fini(struct intake *in);

/* False: it is refused, as one before it is missing; nothing was entered. */
bool intake_enter(struct intake *in, struct intake_place *p, const struct http_head *head);
void intake_complete(struct intake_place *p);
/* One is missing that did not even enter. */
void intake_break(struct intake *in);
/* Its sender has gone.  False: it is not complete, or too many such wait behind one that is
 * not: intake_fail. */
#define INTAKE_LEFT_MAX 64u
MUST_CHECK bool intake_sender_left(struct intake_place *p);
/* It is on disk, or will never be sent again.  Twice, or without a link: nothing. */
void intake_leave(struct intake_place *p);
/* It is not on disk, and the relay has it still. */
void intake_fail(struct intake_place *p);

#endif
