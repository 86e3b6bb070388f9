/* One walk over the event's text:
 *   1. its members are copied; the details ("message", ...) and the deliveryContext with what
 *      they lack
 *   2. what the event itself lacks goes behind the last one, in LINE's order
 * What can go wrong: it is not JSON, too long, or memory is out. */
#include "relay-client/simulate/event_dress.h"

#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "relay-client/simulate/event_details.h"

#include <stdio.h>

#define NAME_SIZE 64u

static void put_context(struct event_dressing *w, struct span value)
{
    struct event_object o;

    if (!json_text_is_object(value)) {
        event_object_put(&w->to, value);
        return;
    }
    event_object_open(&o, &w->to, value);
    event_object_copy(&o);
    event_object_add(&o, "isRedelivery", w->d->is_redelivery ? SPAN("true") : SPAN("false"));
    event_object_close(&o);
}

/* --- step 1 --- */

static void put_members(struct event_dressing *w)
{
    struct span details = w->details ? json_text_member(w->event, w->details) : SPAN("");
    struct span context = json_text_member(w->event, "deliveryContext");
    struct json_text_walk walk;
    struct json_text_item item;
    size_t copied = 0;

    if (!json_text_walk_init(&walk, w->event))
        return;
    while (json_text_walk_next(&walk, &item)) {
        size_t at = (size_t)(item.value.ptr - w->event.ptr);
        bool is_details = details.len > 0 && item.value.ptr == details.ptr;
        if (!is_details && item.value.ptr != context.ptr)
            continue;
        event_object_put(&w->to, span_slice(w->event, copied, at));
        if (is_details)
            event_details_put(w, item.value);
        else
            put_context(w, item.value);
        copied = at + item.value.len;
    }
    event_object_put(&w->to, span_slice(w->event, copied, w->event.len - 1));
}

/* --- step 2 --- */

static bool has_reply_token(const struct event_dressing *w)
{
    return w->type && (w->type->flags & EVENT_REPLY_TOKEN) && !w->is_standby &&
           !w->is_failed_link;
}

static void add_rest(struct event_dressing *w, struct event_object *o)
{
    event_details_add(w, o);
    event_details_add_made(w, o, "webhookEventId", LINE_MINT_EVENT_ID);
    if (event_object_lacks(o, "deliveryContext")) {
        event_object_name(o, "deliveryContext");
        put_context(w, SPAN("{}"));
    }
    event_object_add_number(o, "timestamp", w->d->now_ms);
    event_details_add_source(w, o);
    if (has_reply_token(w))
        event_details_add_made(w, o, "replyToken", LINE_MINT_REPLY_TOKEN);
    event_object_add_text(o, "mode", w->is_standby ? "standby" : "active");
    event_details_add_extra(w, o);
}

static void put_event(struct event_dressing *w)
{
    struct event_object o;

    event_object_open(&o, &w->to, w->event);
    put_members(w);
    add_rest(w, &o);
    event_object_close(&o);
}

/* --- before --- */

/* Longer ones are nobody's. */
static struct span unescape(struct span literal, char out[static NAME_SIZE])
{
    if (literal.len == 0 || literal.len > NAME_SIZE || !json_text_is_string(literal))
        return (struct span){0};
    return span_of(out, json_text_unescape(literal, out));
}

static void recognise_kind(struct event_dressing *w, struct span details)
{
    struct span kind =
        json_text_is_object(details) ? json_text_member(details, "type") : (struct span){0};
    char text[NAME_SIZE];

    if (kind.len > 0)
        w->kind = event_template_of_kind(span_text(w->type->type), unescape(kind, text));
    /* An unknown kind of message is not like a text; that of others says little. */
    bool is_message = w->details && strcmp(w->details, "message") == 0;
    if (!w->kind && (kind.len == 0 || !is_message))
        w->kind = w->type;
}

static void recognise(struct event_dressing *w)
{
    char text[NAME_SIZE];
    struct span details = {0};

    w->type = event_template_of(unescape(json_text_member(w->event, "type"), text));
    w->is_standby = w->d->is_standby ||
                    json_text_string_is(json_text_member(w->event, "mode"), SPAN("standby"));
    if (!w->type)
        return;
    w->details = event_details_member(w->type);
    if (w->details)
        details = json_text_member(w->event, w->details);
    recognise_kind(w, details);
    w->is_failed_link =
        strcmp(w->type->type, "accountLink") == 0 && json_text_is_object(details) &&
        json_text_string_is(json_text_member(details, "result"), SPAN("failed"));
}

static enum err check(struct span event, char detail[static EVENT_DRESS_DETAIL])
{
    struct json_problem problem = {0};
    enum err rc = json_scan(event, &problem);

    if (rc != OK) {
        (void)snprintf(detail, EVENT_DRESS_DETAIL, "the event is not JSON: %s at byte %zu",
                       problem.what, problem.at);
        return rc;
    }
    if (event.ptr[json_scan_space_end(event, 0)] != '{') {
        (void)snprintf(detail, EVENT_DRESS_DETAIL,
                       "an event is a JSON object, like {\"type\":\"follow\"}");
        return ERR_SYNTAX;
    }
    if (event.len > EVENT_DRESS_MAX) {
        (void)snprintf(detail, EVENT_DRESS_DETAIL, "the event is longer than 512 KiB");
        return ERR_LIMIT;
    }
    return OK;
}

enum err event_dress_make(const struct event_dress *d, struct span event, struct bytes *out,
                          char detail[static EVENT_DRESS_DETAIL])
{
    struct event_dressing w = {.d = d, .to = {.out = out}};

    detail[0] = '\0';
    enum err rc = check(event, detail);
    if (rc != OK)
        return rc;
    size_t from = json_scan_space_end(event, 0);
    w.event = span_slice(event, from, json_scan_value_end(event, from));
    recognise(&w);
    put_event(&w);
    if (w.to.rc != OK)
        (void)snprintf(detail, EVENT_DRESS_DETAIL, "%s",
                       w.to.rc == ERR_LIMIT ? "the webhook becomes longer than 1 MiB"
                                            : err_text(w.to.rc));
    return w.to.rc;
}
