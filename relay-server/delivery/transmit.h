#ifndef SERVER_TRANSMIT_H
#define SERVER_TRANSMIT_H

#include "loop/deadline.h"
#include "relay-server/delivery/answer.h"
#include "relay-server/ingress/forwarded.h"

/* One attempt to hand a delivery to the agent over a link.
 *
 * Life:   zeroed -> transmit_start -> events -> transmit_end, or over by itself
 * Events: on_stored, at most once (102); then on_answer or on_failed, the last one.  Each
 *         may end or free the transmit; none comes from inside a call, but for
 *         transmit_give_up.
 * Order:  is dispatch.h's affair, which uses the last members. */
struct transmit;

enum transmit_state {
    TRANSMIT_OVER, /* or never started */
    TRANSMIT_SENT,
    TRANSMIT_STORED,   /* 102 has come */
    TRANSMIT_ANSWERED, /* and the final head, whose body is read */
    TRANSMIT_REFUSED,  /* a final head came, but no 102 before it */
};

struct transmit_events {
    void (*on_stored)(struct transmit *t);
    /* Complete: t->status, and t->answer if it was asked for.  Over. */
    void (*on_answer)(struct transmit *t);
    /* ERR_EXPIRED: TRANSMIT_ANSWER_MS have passed; ERR_PROTOCOL, ERR_LIMIT: the answer
     * cannot be passed on; else the stream or the link broke.  Over. */
    void (*on_failed)(struct transmit *t, enum err why, const char *detail);
};

struct transmit {
    struct relay_state *relay; /* borrowed */
    struct exchange *x;        /* owned until it is over */
    const struct transmit_events *events;
    enum transmit_state state;
    bool keeps_answer;
    unsigned status;       /* of the final head; 0: none yet */
    struct answer *answer; /* owned */
    struct deadline deadline;
    /* --- dispatch.h --- */
    struct list_node in_flight; /* without 102 */
    uint64_t seq, epoch;
    unsigned attempts; /* that were counted before this one */
};

struct transmit_request {
    const struct http_head *head; /* as forwarded_init made it */
    struct forwarded_info info;
    struct span body;
    bool keeps_answer;
};

#define TRANSMIT_ANSWER_MS 60000u /* from the start to the whole answer */

/* On failure nothing has left.  ERR_BUSY: no stream is free; ERR_CLOSED: the link takes no
 * more; ERR_HEADERS_TOO_LARGE, ERR_SYNTAX, ERR_URI_TOO_LONG: it can never be sent. */
MUST_CHECK enum err transmit_start(struct transmit *t, struct relay_state *relay,
                                   struct link *link, const struct transmit_request *request,
                                   const struct transmit_events *events);
/* Over, without an event.  `why` is for the agent, if it has said *stored* and not
 * answered: ERR_CANCELLED: the sender was told 200 in its place; ERR_IO: the sender has
 * nothing of it.  Legal in any state. */
void transmit_end(struct transmit *t, enum err why);
/* As if it broke: on_failed, from inside this call. */
void transmit_give_up(struct transmit *t, enum err why, const char *detail);
/* Ownership of the answer passes to the caller. */
struct answer *transmit_take_answer(struct transmit *t);

/* A final status without 102 that will be the same next time: 4xx, but not 429. */
static inline bool transmit_is_final_no(unsigned status)
{
    return status >= 400 && status < 500 && status != 429;
}

static inline bool transmit_is_over(const struct transmit *t)
{
    return t->state == TRANSMIT_OVER;
}

#endif
