/* 1. the page's events, their ids alone
 * 2. its calls, each after the events that came later
 * 3. the events that are left
 *
 * What can go wrong: what was deleted just now is left out, and the page is shorter. */
#include "relay-client/inspector/chats/chat_items.h"

#include "base/clock.h"
#include "base/mem.h"
#include "relay-client/inspector/calls/call_json.h"
#include "relay-client/inspector/chats/chat_cursor.h"
#include "relay-client/inspector/chats/chat_said.h"
#include "relay-client/inspector/exchanges/exchange_event_json.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_people.h"
#include "relay-client/inspector/exchanges/exchange_request.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/journal/lookup/journal_calls.h"
#include "relay-client/journal/lookup/journal_chats.h"

#define LIMIT_MAX     500u
#define LIMIT_DEFAULT 100u

struct items {
    struct inspector_reading *r;
    struct json_writer w;
    struct journal_chat_page page;
    struct journal_calls_page calls;
    struct journal_chat_event *events; /* owned; page.max of them at most */
    size_t events_len, events_at;
    /* The exchange of the last event, for those that came with it. */
    struct journal_exchange *exchange; /* owned */
    uint64_t exchange_id;
    struct span raw[LINE_EVENTS_MAX];
    size_t raw_len;
    struct exchange_token_uses uses;
    struct exchange_people people;
    size_t len;
    struct chat_cursor last;
    enum err failed;
};

/* ---- events ---- */

/* False, with OK: it was deleted just now. */
static bool open_exchange(struct items *l, uint64_t id)
{
    if (l->exchange && l->exchange_id == id)
        return true;
    journal_exchange_free(l->exchange);
    l->exchange = NULL;
    enum err rc = exchange_request_exchange(l->r->reader, id, &l->exchange);
    if (!rc)
        rc =
            exchange_event_json_uses(l->r->reader, journal_exchange_row(l->exchange), &l->uses);
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
    if (e->is_simulated)
        return "simulated";
    if (e->is_replayed)
        return e->is_edited ? "edited" : "replayed";
    return e->duplicate_of > 0 ? "duplicate" : "received";
}

static void id_member(struct json_writer *w, const char *name, const struct chat_cursor *c)
{
    char text[CHAT_CURSOR_SIZE];

    chat_cursor_format(c, text);
    json_writer_member_text(w, name, text);
}

static void event_member(struct items *l, const struct journal_chat_event *e,
                         const struct line_event *event)
{
    const struct exchange_detail d = {.facts = l->r->facts,
                                      .reader = l->r->reader,
                                      .exchange = l->exchange,
                                      .row = journal_exchange_row(l->exchange),
                                      .now_ms = clock_wall_ms(l->r->facts->clock)};
    bool has_use = e->index < LINE_EVENTS_MAX;
    const struct exchange_event x = {
        .event = event,
        .index = e->index,
        .body = journal_exchange_request_body(l->exchange),
        .raw = e->index < l->raw_len ? l->raw[e->index] : SPAN(""),
        .first_seen_id = e->duplicate_of,
        .is_withdrawn = e->is_withdrawn,
        .source_name = exchange_people_of_event(&l->people, event),
        .used_by = has_use ? l->uses.list[e->index].call : 0,
        .used_ms = has_use ? l->uses.list[e->index].at_ms : 0,
    };

    json_writer_key(&l->w, "event");
    exchange_event_json(&l->w, &d, &x);
}

/* What is replayed happens again. */
static uint64_t event_ms(const struct journal_row *row, const struct line_event *event)
{
    return event->timestamp_ms > 0 && row->replay_of == 0 ? event->timestamp_ms
                                                          : exchange_row_json_received_ms(row);
}

static void event_object(struct items *l, const struct journal_chat_event *e,
                         const struct line_event *event)
{
    bool is_message = strcmp(event->type, "message") == 0;
    struct span name = exchange_people_name(&l->people, span_text(event->user_id));

    json_writer_object(&l->w);
    id_member(&l->w, "id", &l->last);
    json_writer_member_text(&l->w, "kind", is_message ? "message" : "system");
    json_writer_member_u64(&l->w, "at", event_ms(journal_exchange_row(l->exchange), event));
    exchange_json_member_id(&l->w, "exchange", e->exchange);
    event_member(l, e, event);
    json_writer_member_null(&l->w, "call");
    json_writer_key(&l->w, "messages");
    json_writer_array(&l->w);
    json_writer_array_end(&l->w);
    json_writer_member_text(&l->w, "user_id", event->user_id);
    exchange_json_member_string(&l->w, "user_name", name);
    json_writer_member_text(&l->w, "state", state_of(e));
    json_writer_object_end(&l->w);
}

static bool is_over(const struct items *l)
{
    return l->failed || l->w.failed || l->len == l->page.max;
}

static void write_event(struct items *l, const struct journal_chat_event *e)
{
    const struct line_event *event = NULL;

    l->len++;
    l->last = (struct chat_cursor){.event = e->id};
    if (open_exchange(l, e->exchange))
        event = journal_exchange_event(l->exchange, e->index);
    if (event)
        event_object(l, e, event);
}

/* Those of exchanges behind `place`. */
static void write_events(struct items *l, uint64_t place)
{
    while (!is_over(l) && l->events_at < l->events_len &&
           l->events[l->events_at].exchange > place)
        write_event(l, &l->events[l->events_at++]);
}

static bool keep_event(void *owner, const struct journal_chat_event *e)
{
    struct items *l = owner;

    l->events[l->events_len++] = *e;
    return l->events_len < l->page.max;
}

/* ---- calls ---- */

static enum err call_object(struct items *l, const struct journal_call_whole *call)
{
    json_writer_object(&l->w);
    id_member(&l->w, "id", &l->last);
    json_writer_member_text(&l->w, "kind", "call");
    json_writer_member_u64(&l->w, "at", call->row.at_ms);
    exchange_json_member_id(&l->w, "exchange", call->row.exchange);
    json_writer_member_null(&l->w, "event");
    json_writer_key(&l->w, "call");
    enum err rc = call_json(&l->w, call, true);
    chat_said_member(&l->w, call);
    json_writer_member_text(&l->w, "user_id", "");
    json_writer_member_null(&l->w, "user_name");
    json_writer_member_text(&l->w, "state", chat_said_state(&call->row));
    json_writer_object_end(&l->w);
    return rc;
}

static bool take_call(void *owner, const struct journal_call_whole *call)
{
    struct items *l = owner;

    write_events(l, call->row.place);
    if (is_over(l))
        return false;
    l->len++;
    l->last = (struct chat_cursor){true, 0, call->row.place, call->row.id};
    l->failed = call_object(l, call);
    return !is_over(l);
}

/* ---- the page ---- */

static bool read_before(struct items *l)
{
    const char *text = inspector_param(l->r->params, "before");
    struct chat_cursor c;

    if (!text)
        return true;
    if (!chat_cursor_parse(span_text(text), &c)) {
        inspector_reply_problem(l->r->reply, 400, "bad_request",
                                "The parameter before must be the id of an item, or next.");
        return false;
    }
    l->page.before = c.is_call ? (c.place + 1) * JOURNAL_CHATS_STRIDE : c.event;
    l->calls.before = c.call;
    if (!c.is_call)
        l->calls.below = c.event < JOURNAL_CHATS_STRIDE ? 1 : c.event / JOURNAL_CHATS_STRIDE;
    return true;
}

static bool read_params(struct items *l)
{
    uint64_t limit = LIMIT_DEFAULT;

    if (!read_before(l) || !exchange_request_limit(l->r, LIMIT_MAX, &limit))
        return false;
    l->page.chat = l->calls.chat = span_text(inspector_param(l->r->params, "chat"));
    l->page.max = l->calls.max = limit;
    return true;
}

static enum err write_items(struct items *l)
{
    json_writer_key(&l->w, "items");
    json_writer_array(&l->w);
    enum err rc = journal_chats_events(l->r->reader, &l->page, keep_event, l);
    if (!rc)
        rc = journal_calls_in_chat(l->r->reader, &l->calls, take_call, l);
    if (!rc)
        write_events(l, 0);
    json_writer_array_end(&l->w);
    return rc ? rc : l->failed;
}

enum err chat_items_read(struct inspector_reading *r)
{
    struct items l = {.r = r};

    if (!read_params(&l))
        return OK;
    l.events = mem_alloc(l.page.max * sizeof(*l.events));
    if (!l.events)
        return ERR_NOMEM;
    exchange_people_init(&l.people, r->reader);
    exchange_request_begin(r, &l.w);
    json_writer_object(&l.w);
    enum err rc = write_items(&l);
    if (l.len == l.page.max)
        id_member(&l.w, "next", &l.last);
    else
        json_writer_member_null(&l.w, "next");
    json_writer_object_end(&l.w);
    journal_exchange_free(l.exchange);
    mem_free(l.events);
    return exchange_request_end(&l.w, rc);
}
