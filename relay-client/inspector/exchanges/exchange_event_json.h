#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_EVENT_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_EVENT_JSON_H

#include "codec/line/line_event.h"
#include "relay-client/inspector/exchanges/exchange_detail_json.h"

/* Events of LINE: the schema Event of docs/inspector-api.yaml. */

#define EXCHANGE_EVENT_JSON_RAW (64u * 1024u) /* of longer ones `raw` is null */

struct exchange_event {
    const struct line_event *event;
    size_t index;
    struct span body; /* the whole body, and where in it the event stands */
    struct span raw;
    uint64_t first_seen_id; /* or 0 */
    bool is_withdrawn;
    struct span source_name; /* or empty */
    /* The accepted reply that has used its token, or 0. */
    uint64_t used_by, used_ms;
};

/* What calls of the bot have done to the reply tokens of one exchange, by event. */
struct exchange_token_uses {
    struct {
        uint64_t call, at_ms;
    } list[LINE_EVENTS_MAX];
};
MUST_CHECK enum err exchange_event_json_uses(struct journal_reader *reader,
                                             const struct journal_row *row,
                                             struct exchange_token_uses *out);

/* "events": [...] of this exchange. */
MUST_CHECK enum err exchange_event_json_member(struct json_writer *w,
                                               const struct exchange_detail *d);
/* The object. */
void exchange_event_json(struct json_writer *w, const struct exchange_detail *d,
                         const struct exchange_event *e);

/* Where the events stand in a body that is LINE's or LINE WORKS', at most LINE_EVENTS_MAX;
 * how many. */
size_t exchange_event_json_find(struct span body, struct span out[static LINE_EVENTS_MAX]);
/* Until when LINE takes the reply token, wall clock; 0: of a replay, or not from LINE. */
uint64_t exchange_event_json_expires_ms(const struct journal_row *row,
                                        const struct line_event *event);

#endif
