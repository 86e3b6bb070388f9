#ifndef CLIENT_INSPECTOR_STATUS_INSPECTOR_STATUS_H
#define CLIENT_INSPECTOR_STATUS_INSPECTOR_STATUS_H

#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "relay-client/inspector/inspector_route.h"

/* What the page's head line shows (the schema Status): what the agent says of the link, and
 * what the reader's thread counts in the journal.  When something changes, the open pages
 * hear of it, at most once a second.
 *
 * Life: inspector_status_init -> ... -> inspector_status_stop; a count that is under way
 *       holds the inspector. */

struct inspector_status {
    struct inspector *inspector; /* back-pointer */
    struct agent_status link;    /* as the agent said last; borrows the next two */
    char url[LINK_URL_MAX + 1];
    char detail[512];
    uint64_t since_ms, next_try_ms, started_ms; /* wall clock */
    struct deadline later;
    uint64_t told_ms; /* loop_now_ms */
    bool is_counting, is_stale;
};

void inspector_status_init(struct inspector_status *b, struct inspector *i);
void inspector_status_stop(struct inspector_status *b);
void inspector_status_take(struct inspector_status *b, const struct agent_status *news);
/* The journal has changed, or a page has come. */
void inspector_status_changed(struct inspector_status *b);
/* The route GET /api/status. */
void inspector_status_answer(struct inspector_request *r);

#endif
