#include "relay-client/inspector/exchanges/exchange_event_json.h"

#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "codec/line/line_reply_token.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_people.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/lookup/journal_calls.h"
#include "relay-client/journal/lookup/journal_related.h"

#define CALLS_MAX 1000u /* of one exchange that are looked at */

/* ---- where it stands ---- */

size_t exchange_event_json_find(struct span body, struct span out[static LINE_EVENTS_MAX])
{
    struct json_text_walk walk;
    struct json_text_item item;
    size_t len = 0;

    if (json_scan(body, NULL))
        return 0;
    size_t from = json_scan_space_end(body, 0);
    struct span root = span_slice(body, from, json_scan_value_end(body, from));
    struct span events = json_text_member(root, "events");

    if (!json_text_is_array(events)) { /* LINE WORKS sends the event itself */
        out[0] = root;
        return 1;
    }
    (void)json_text_walk_init(&walk, events);
    while (len < LINE_EVENTS_MAX && json_text_walk_next(&walk, &item))
        out[len++] = item.value;
    return len;
}

static void raw_members(struct json_writer *w, const struct exchange_event *e)
{
    size_t from = e->raw.len > 0 ? (size_t)(e->raw.ptr - e->body.ptr) : 0;

    json_writer_key(w, "raw_span");
    json_writer_array(w);
    json_writer_u64(w, from);
    json_writer_u64(w, from + e->raw.len);
    json_writer_array_end(w);
    json_writer_key(w, "raw");
    if (e->raw.len > 0 && e->raw.len <= EXCHANGE_EVENT_JSON_RAW)
        json_writer_raw(w, e->raw);
    else
        json_writer_null(w);
}

/* ---- the reply token ---- */

static bool is_from_line(const struct journal_row *row)
{
    return row->replay_of == 0 && (row->flags & JOURNAL_FLAG_IMPORTED) == 0;
}

/* As view/line_record.h judges: by our own clock, unless it waited in the inbox. */
uint64_t exchange_event_json_expires_ms(const struct journal_row *row,
                                        const struct line_event *event)
{
    bool is_kept = row->was_answered && row->received_ms > 0;
    uint64_t receipt_ms = is_kept ? row->received_ms : row->arrived_ms;
    uint64_t until_ms = receipt_ms + LINE_REPLY_TOKEN_MS;

    if (!is_from_line(row))
        return 0;
    if (event->is_redelivery && event->timestamp_ms > 0 &&
        event->timestamp_ms <= UINT64_MAX - LINE_REPLY_TOKEN_REDELIVERED_MS &&
        event->timestamp_ms + LINE_REPLY_TOKEN_REDELIVERED_MS < until_ms)
        until_ms = event->timestamp_ms + LINE_REPLY_TOKEN_REDELIVERED_MS;
    return until_ms;
}

static const char *token_state(const struct exchange_detail *d, const struct exchange_event *e,
                               uint64_t expires_ms)
{
    if (e->used_by > 0)
        return "used";
    if (expires_ms == 0)
        return "replay";
    return d->now_ms > expires_ms ? "expired" : "live";
}

static void token_member(struct json_writer *w, const struct exchange_detail *d,
                         const struct exchange_event *e)
{
    uint64_t expires_ms = exchange_event_json_expires_ms(d->row, e->event);

    json_writer_key(w, "reply_token");
    if (e->event->reply_token[0] == '\0') {
        json_writer_null(w);
        return;
    }
    json_writer_object(w);
    json_writer_member_text(w, "value", e->event->reply_token);
    json_writer_member_text(w, "state", token_state(d, e, expires_ms));
    exchange_json_member_number(w, "expires_at", expires_ms);
    exchange_json_member_number(w, "used_at", e->used_ms);
    exchange_json_member_id(w, "call", e->used_by);
    json_writer_object_end(w);
}

/* ---- who has used it ---- */

static bool take_use(void *owner, const struct journal_call_row *call)
{
    struct exchange_token_uses *uses = owner;
    bool is_accepted = call->status >= 200 && call->status <= 299;

    if (call->tie == JOURNAL_CALL_BY_TOKEN && call->is_sending && is_accepted &&
        call->event < LINE_EVENTS_MAX && uses->list[call->event].call == 0) {
        uses->list[call->event].call = call->id;
        uses->list[call->event].at_ms = call->at_ms;
    }
    return true;
}

enum err exchange_event_json_uses(struct journal_reader *reader, const struct journal_row *row,
                                  struct exchange_token_uses *out)
{
    *out = (struct exchange_token_uses){0};
    if (row->calls_len == 0)
        return OK;
    return journal_calls_rows(reader, row->id, CALLS_MAX, take_use, out);
}

/* ---- the object ---- */

void exchange_event_json(struct json_writer *w, const struct exchange_detail *d,
                         const struct exchange_event *e)
{
    const struct line_event *event = e->event;
    const struct exchange_source source = {span_text(event->source_type),
                                           span_text(event->source_id),
                                           span_text(event->user_id), e->source_name};

    json_writer_object(w);
    json_writer_member_u64(w, "index", e->index);
    json_writer_member_text(w, "type", event->type);
    raw_members(w, e);
    exchange_json_member_string(w, "webhook_event_id", span_text(event->webhook_event_id));
    exchange_json_member_number(w, "timestamp", event->timestamp_ms);
    json_writer_member_bool(w, "redelivery", event->is_redelivery);
    json_writer_member_text(w, "mode", event->mode);
    exchange_json_member_source(w, &source);
    json_writer_member_text(w, "message_type", event->message_type);
    json_writer_member_text(w, "message_id", event->message_id);
    json_writer_member_text(w, "text", event->text);
    json_writer_member_bool(w, "withdrawn", e->is_withdrawn);
    exchange_json_member_id(w, "first_seen_id", e->first_seen_id);
    token_member(w, d, e);
    json_writer_object_end(w);
}

/* ---- all of an exchange ---- */

struct related {
    struct journal_related_event list[LINE_EVENTS_MAX];
    struct exchange_token_uses uses;
    struct exchange_people people;
};

static bool take_related(void *owner, const struct journal_related_event *event)
{
    struct related *r = owner;

    if (event->index < LINE_EVENTS_MAX)
        r->list[event->index] = *event;
    return true;
}

enum err exchange_event_json_member(struct json_writer *w, const struct exchange_detail *d)
{
    struct span body = journal_exchange_request_body(d->exchange);
    size_t len = journal_exchange_events_len(d->exchange);
    struct span raw[LINE_EVENTS_MAX] = {0};
    struct related related = {0};
    enum err rc = OK;

    if (len > 0) {
        (void)exchange_event_json_find(body, raw);
        rc = journal_related_events(d->reader, d->row->id, take_related, &related);
        if (!rc)
            rc = exchange_event_json_uses(d->reader, d->row, &related.uses);
        exchange_people_init(&related.people, d->reader);
    }
    json_writer_key(w, "events");
    json_writer_array(w);
    for (size_t i = 0; i < len && i < LINE_EVENTS_MAX; i++) {
        const struct line_event *event = journal_exchange_event(d->exchange, i);
        const struct exchange_event e = {.event = event,
                                         .source_name =
                                             exchange_people_of_event(&related.people, event),
                                         .used_by = related.uses.list[i].call,
                                         .used_ms = related.uses.list[i].at_ms,
                                         .index = i,
                                         .body = body,
                                         .raw = raw[i],
                                         .first_seen_id = related.list[i].duplicate_of,
                                         .is_withdrawn = related.list[i].is_withdrawn};

        exchange_event_json(w, d, &e);
    }
    json_writer_array_end(w);
    return rc;
}
