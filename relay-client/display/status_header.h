#ifndef CLIENT_DISPLAY_STATUS_HEADER_H
#define CLIENT_DISPLAY_STATUS_HEADER_H

#include "relay-client/display/display.h"
#include "relay-client/view/page.h"

/* The lines above the exchanges: how the session is, where things are, how many. */

struct status_session {
    bool is_known; /* false: before the first display_status */
    bool is_over;
    enum agent_state state;
    char url[512];
    char detail[512];
    uint64_t retry_at_ms; /* loop_now_ms */
    uint64_t rtt_us;
    unsigned attempt;
    uint64_t kept;           /* in the relay's inbox */
    uint64_t pending, aside; /* in the journal */
};

/* Of this run. */
struct status_counts {
    uint64_t others; /* requests that are no webhooks */
    uint64_t webhooks, valid, invalid, failed;
};

struct status_header {
    const struct display_options *facts;
    const struct status_session *session;
    const struct status_counts *counts;
    uint64_t now_ms; /* loop_now_ms */
};

/* "linked, inbox 5 kept, draining", "connecting", "waiting 4 s, then try 3",
 * "waiting, now try 3", "refused, next try in 30 s", "replaced". */
const char *status_header_state(char *buf, size_t size, const struct status_header *h);
/* "connecting", "linked", "waiting", "refused", "replaced", "stopped": for
 * programs. */
const char *status_header_word(const struct status_session *session);

/* At most 14 lines of at most `columns` (>= 40) columns; `is_short`: 2 lines. */
void status_header_print(struct page *p, const struct status_header *h, size_t columns,
                         bool is_short);

#endif
