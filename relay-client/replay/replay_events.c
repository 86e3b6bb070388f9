#include "relay-client/replay/replay_events.h"

#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"

#include <inttypes.h>
#include <stdio.h>

/* One walk over the text: what stands between two replaced values is copied as it is. */
struct walk {
    const struct replay_events_change *change;
    struct replay_events_count count;
    struct span body;
    size_t copied; /* of it */
    struct bytes *out;
    enum err rc; /* the first failure stays */
};

static void put(struct walk *w, struct span old, struct span value)
{
    size_t from = (size_t)(old.ptr - w->body.ptr);

    if (w->rc == OK)
        w->rc = bytes_append_span(w->out, span_slice(w->body, w->copied, from));
    if (w->rc == OK)
        w->rc = bytes_append_span(w->out, value);
    w->copied = from + old.len;
}

static bool is_number(struct span value)
{
    return value.ptr[0] == '-' || (value.ptr[0] >= '0' && value.ptr[0] <= '9');
}

/* --- fresh --- */

static void put_made(struct walk *w, struct span old, enum line_mint_kind kind)
{
    char text[LINE_MINT_SIZE], literal[LINE_MINT_SIZE + 2];

    line_mint_make(w->change->mint, kind, w->change->now_ms, text);
    (void)snprintf(literal, sizeof literal, "\"%s\"", text);
    put(w, old, span_text(literal));
}

static void put_time(struct walk *w, struct span old)
{
    char number[24];

    (void)snprintf(number, sizeof number, "%" PRIu64, w->change->now_ms);
    put(w, old, span_text(number));
}

static void renew(struct walk *w, const struct json_text_item *member)
{
    bool is_string = json_text_is_string(member->value);

    if (is_string && json_text_string_is(member->name, SPAN("webhookEventId")))
        put_made(w, member->value, LINE_MINT_EVENT_ID);
    else if (is_string && json_text_string_is(member->name, SPAN("replyToken")))
        put_made(w, member->value, LINE_MINT_REPLY_TOKEN);
    else if (is_number(member->value) && json_text_string_is(member->name, SPAN("timestamp")))
        put_time(w, member->value);
    else
        return;
    w->count.renewed++;
}

/* --- as redelivery --- */

static void mark(struct walk *w, struct span context)
{
    struct json_text_walk members;
    struct json_text_item item;

    if (!json_text_is_object(context) || !json_text_walk_init(&members, context))
        return;
    while (json_text_walk_next(&members, &item)) {
        if (!json_text_string_is(item.name, SPAN("isRedelivery")))
            continue;
        put(w, item.value, SPAN("true"));
        w->count.marked++;
    }
}

/* --- the way there --- */

static void change_event(struct walk *w, struct span event)
{
    struct json_text_walk members;
    struct json_text_item item;

    if (!json_text_is_object(event) || !json_text_walk_init(&members, event))
        return;
    while (json_text_walk_next(&members, &item)) {
        if (w->change->is_fresh)
            renew(w, &item);
        if (w->change->is_redelivery && json_text_string_is(item.name, SPAN("deliveryContext")))
            mark(w, item.value);
    }
}

static void change_events(struct walk *w)
{
    struct span root = span_slice(w->body, json_scan_space_end(w->body, 0), w->body.len);
    struct span events = json_text_member(root, "events");
    struct json_text_walk list;
    struct json_text_item event;

    if (!json_text_is_array(events) || !json_text_walk_init(&list, events))
        return;
    while (w->rc == OK && json_text_walk_next(&list, &event))
        change_event(w, event.value);
}

enum err replay_events_apply(struct span body, const struct replay_events_change *change,
                             struct bytes *out, struct replay_events_count *count)
{
    struct walk w = {.change = change, .body = body, .out = out};

    w.rc = json_scan(body, NULL);
    if (w.rc == OK)
        change_events(&w);
    if (w.rc == OK)
        w.rc = bytes_append_span(out, span_slice(body, w.copied, body.len));
    if (w.rc == OK)
        *count = w.count;
    return w.rc;
}
