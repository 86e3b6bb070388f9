#ifndef CLIENT_REPLAY_REPLAY_EVENTS_H
#define CLIENT_REPLAY_REPLAY_EVENTS_H

#include "base/bytes.h"
#include "relay-client/lineapi/line_mint.h"

/* What a replay makes new in the events of a LINE webhook.  The values are replaced where
 * they stand in the text, every other byte stays; an event that lacks one stays without. */

struct replay_events_change {
    /* webhookEventId, timestamp and replyToken, so that a bot that remembers what it has had
     * takes the event for a new one. */
    bool is_fresh;
    bool is_redelivery; /* deliveryContext.isRedelivery becomes true, as LINE marks it */
    uint64_t now_ms;
    struct line_mint *mint; /* with is_fresh: what is answered to them stays here */
};

struct replay_events_count {
    size_t renewed, marked; /* values that were replaced */
};

/* Appends the changed text to `out`.  ERR_SYNTAX, ERR_LIMIT: `body` is not JSON, or nested
 * too deep, as json_scan says; ERR_LIMIT and ERR_NOMEM of `out`, which then holds a piece. */
MUST_CHECK enum err replay_events_apply(struct span body,
                                        const struct replay_events_change *change,
                                        struct bytes *out, struct replay_events_count *count);

#endif
