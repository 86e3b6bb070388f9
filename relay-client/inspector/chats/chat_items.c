#include "relay-client/inspector/chats/chat_items.h"

#include "base/clock.h"
#include "relay-client/inspector/exchanges/exchange_event_json.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_request.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/journal/lookup/journal_chats.h"

#define LIMIT_MAX     500u
#define LIMIT_DEFAULT 100u

struct items {
    struct inspector_reading *r;
    struct json_writer w;
    struct journal_chat_page page;
    /* The exchange of the last event, for those that came with it. */
    struct journal_exchange *exchange; /* owned */
    uint64_t exchange_id;
    struct span raw[LINE_EVENTS_MAX];
    size_t raw_len;
    size_t len;
    uint64_t last_id;
    enum err failed;
};

/* False, with OK: it was deleted just now. */
static bool open_exchange(struct items *l, uint64_t id)
{
    if (l->exchange && l->exchange_id == id)
        return true;
    journal_exchange_free(l->exchange);
    l->exchange = NULL;
    enum err rc = exchange_request_exchange(l->r->reader, id, &l->exchange);
    if (rc) {
        l->failed = rc == ERR_NOT_FOUND ? OK : rc;
        return false;
    }
    l->exchange_id = id;
    l->raw_len = exchange_event_json_find(journal_exchange_request_body(l->exchange), l->raw);
    return true;
}

static const char *state_of(const struct journal_chat_event *e)
{
    if (e->is_unverified)
        return "unverified";
    if (e->is_withdrawn)
        return "withdrawn";
    return e->duplicate_of > 0 ? "duplicate" : "received";
}

static void item_object(struct items *l, const struct journal_chat_event *e,
                        const struct line_event *event)
{
    const struct journal_row *row = journal_exchange_row(l->exchange);
    const struct exchange_detail d = {.facts = l->r->facts,
                                      .reader = l->r->reader,
                                      .exchange = l->exchange,
                                      .row = row,
                                      .now_ms = clock_wall_ms(l->r->facts->clock)};
    const struct exchange_event x = {.event = event,
                                     .index = e->index,
                                     .body = journal_exchange_request_body(l->exchange),
                                     .raw = e->index < l->raw_len ? l->raw[e->index] : SPAN(""),
                                     .first_seen_id = e->duplicate_of,
                                     .is_withdrawn = e->is_withdrawn};
    bool is_message = strcmp(event->type, "message") == 0;
    uint64_t at_ms =
        event->timestamp_ms > 0 ? event->timestamp_ms : exchange_row_json_received_ms(row);

    json_writer_object(&l->w);
    exchange_json_member_id(&l->w, "id", e->id);
    json_writer_member_text(&l->w, "kind", is_message ? "message" : "system");
    json_writer_member_u64(&l->w, "at", at_ms);
    exchange_json_member_id(&l->w, "exchange", e->exchange);
    json_writer_key(&l->w, "event");
    exchange_event_json(&l->w, &d, &x);
    json_writer_member_text(&l->w, "user_id", event->user_id);
    json_writer_member_text(&l->w, "state", state_of(e));
    json_writer_object_end(&l->w);
}

static bool take_event(void *owner, const struct journal_chat_event *e)
{
    struct items *l = owner;
    const struct line_event *event = NULL;

    l->len++;
    l->last_id = e->id;
    if (open_exchange(l, e->exchange))
        event = journal_exchange_event(l->exchange, e->index);
    if (event)
        item_object(l, e, event);
    return !l->failed && !l->w.failed;
}

static bool read_params(struct items *l)
{
    uint64_t limit = LIMIT_DEFAULT;

    if (!exchange_request_id(l->r, "before", false, &l->page.before) ||
        !exchange_request_limit(l->r, LIMIT_MAX, &limit))
        return false;
    l->page.chat = span_text(inspector_param(l->r->params, "chat"));
    l->page.max = limit;
    return true;
}

enum err chat_items_read(struct inspector_reading *r)
{
    struct items l = {.r = r};

    if (!read_params(&l))
        return OK;
    exchange_request_begin(r, &l.w);
    json_writer_object(&l.w);
    json_writer_key(&l.w, "items");
    json_writer_array(&l.w);
    enum err rc = journal_chats_events(r->reader, &l.page, take_event, &l);
    json_writer_array_end(&l.w);
    exchange_json_member_id(&l.w, "next", l.len == l.page.max ? l.last_id : 0);
    json_writer_object_end(&l.w);
    journal_exchange_free(l.exchange);
    return exchange_request_end(&l.w, rc ? rc : l.failed);
}
