#include "codec/line/line_event.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "codec/line/line_arena.h"
#include "codec/line/line_text.h"
#include "codec/line/line_time.h"

#include <stdio.h>

#define BODY_MAX (4u * 1024u * 1024u)

/* A member wanted from an object, and where its value goes. */
struct pick {
    struct span name;
    struct span *into;
};

static void pick_members(struct span object, const struct pick *picks, size_t len)
{
    struct json_text_walk walk;
    struct json_text_item item;

    if (!json_text_is_object(object) || !json_text_walk_init(&walk, object))
        return;
    while (json_text_walk_next(&walk, &item))
        for (size_t i = 0; i < len; i++)
            if (picks[i].into->len == 0 && json_text_string_is(item.name, picks[i].name))
                *picks[i].into = item.value;
}

/* What the first look at a body finds. */
struct envelope {
    struct span root;
    struct span destination, events;       /* LINE */
    struct span type, source, issued_time; /* LINE WORKS */
};

static void open_envelope(struct envelope *v, struct span body)
{
    size_t from = json_scan_space_end(body, 0);

    *v = (struct envelope){.root = span_slice(body, from, body.len)};
    const struct pick picks[] = {
        {SPAN("destination"), &v->destination},
        {SPAN("events"), &v->events},
        {SPAN("type"), &v->type},
        {SPAN("source"), &v->source},
        {SPAN("issuedTime"), &v->issued_time},
    };
    pick_members(v->root, picks, ARRAY_LEN(picks));
}

/* Somebody else's "events" need not be LINE's: look for the envelope's destination
 * or for what each of LINE's events has.  No events at all: the Verify button. */
static bool is_line(const struct envelope *v)
{
    struct json_text_walk walk;
    struct json_text_item first;

    if (!json_text_is_array(v->events))
        return false;
    (void)json_text_walk_init(&walk, v->events);
    if (json_text_is_string(v->destination) || !json_text_walk_next(&walk, &first))
        return true;
    return json_text_is_string(json_text_member(first.value, "type")) &&
           json_text_is_object(json_text_member(first.value, "source"));
}

static bool is_works(const struct envelope *v)
{
    return json_text_is_string(v->type) && json_text_is_string(v->issued_time) &&
           json_text_is_object(v->source);
}

static void describe_other(struct line_batch *out, const struct envelope *v)
{
    const char *what = "an object without \"events\", as no webhook of LINE is";

    if (!json_text_is_object(v->root))
        what = "JSON, but not an object";
    else if (json_text_is_array(v->events))
        what = "its \"events\" are not those of LINE";
    else if (v->events.len > 0)
        what = "its \"events\" are not an array";
    out->kind = LINE_BODY_OTHER_JSON;
    (void)snprintf(out->problem, sizeof(out->problem), "%s", what);
}

static uint64_t number_of(struct span value)
{
    uint64_t number;

    return span_parse_u64(value, &number) ? number : 0;
}

/* Every field absent, which all of them may be. */
static const struct line_event blank_event = {
    .type = "",
    .mode = "",
    .source_type = "",
    .source_id = "",
    .user_id = "",
    .webhook_event_id = "",
    .reply_token = "",
    .message_id = "",
    .message_type = "",
    .text = "",
};

static void read_source(struct line_event *e, struct line_arena *a, struct span source)
{
    struct span type = {0};
    struct span user = {0};
    struct span group = {0};
    struct span room = {0};
    struct span channel = {0};
    const struct pick picks[] = {{SPAN("type"), &type},
                                 {SPAN("userId"), &user},
                                 {SPAN("groupId"), &group},
                                 {SPAN("roomId"), &room},
                                 {SPAN("channelId"), &channel}};

    pick_members(source, picks, ARRAY_LEN(picks));
    e->source_type = line_arena_string(a, type);
    e->user_id = line_arena_string(a, user);
    e->source_id = e->user_id;
    struct span chat = group.len > 0 ? group : room.len > 0 ? room : channel;
    if (json_text_is_string(chat))
        e->source_id = line_arena_string(a, chat);
}

static void read_message(struct line_event *e, struct line_arena *a, struct span message)
{
    struct span id = {0};
    struct span type = {0};
    const struct pick picks[] = {{SPAN("id"), &id}, {SPAN("type"), &type}};

    pick_members(message, picks, ARRAY_LEN(picks));
    e->message_id = line_arena_string(a, id);
    e->message_type = line_arena_string(a, type);
}

static void read_line_event(struct line_event *e, struct line_arena *a, struct span event)
{
    struct span type = {0};
    struct span mode = {0};
    struct span timestamp = {0};
    struct span source = {0};
    struct span id = {0};
    struct span delivery = {0};
    struct span token = {0};
    struct span message = {0};
    struct span unsend = {0};
    const struct pick picks[] = {
        {SPAN("type"), &type},           {SPAN("mode"), &mode},
        {SPAN("timestamp"), &timestamp}, {SPAN("source"), &source},
        {SPAN("webhookEventId"), &id},   {SPAN("deliveryContext"), &delivery},
        {SPAN("replyToken"), &token},    {SPAN("message"), &message},
        {SPAN("unsend"), &unsend},
    };

    *e = blank_event;
    pick_members(event, picks, ARRAY_LEN(picks));
    e->type = line_arena_string(a, type);
    e->mode = line_arena_string(a, mode);
    e->timestamp_ms = number_of(timestamp);
    e->webhook_event_id = line_arena_string(a, id);
    e->reply_token = line_arena_string(a, token);
    e->is_redelivery = span_is(json_text_member(delivery, "isRedelivery"), SPAN("true"));
    read_source(e, a, source);
    read_message(e, a, message);
    if (json_text_is_object(unsend) && e->message_id[0] == '\0')
        e->message_id = line_arena_string(a, json_text_member(unsend, "messageId"));
    e->text = line_text(a, LINE_DIALECT_LINE, event, message);
}

static void read_works_event(struct line_event *e, struct line_arena *a,
                             const struct envelope *v)
{
    struct span content = json_text_member(v->root, "content");

    *e = blank_event;
    e->type = line_arena_string(a, v->type);
    e->timestamp_ms = line_time_parse(span_slice(v->issued_time, 1, v->issued_time.len - 1));
    read_source(e, a, v->source);
    e->source_type = json_text_is_string(json_text_member(v->source, "channelId")) ? "channel"
                     : e->user_id[0]                                               ? "user"
                                                                                   : "";
    read_message(e, a, content);
    e->text = line_text(a, LINE_DIALECT_WORKS, v->root, content);
}

/* How many there are; the first of them go to `out`. */
static size_t find_events(struct span events, struct span out[static LINE_EVENTS_MAX])
{
    struct json_text_walk walk;
    struct json_text_item item;
    size_t count = 0;

    (void)json_text_walk_init(&walk, events);
    for (; json_text_walk_next(&walk, &item); count++)
        if (count < LINE_EVENTS_MAX)
            out[count] = item.value;
    return count;
}

/* Room for everything, or ERR_NOMEM and nothing. */
static enum err make_room(struct line_batch *out, size_t body_len)
{
    out->events_len = out->events_total < LINE_EVENTS_MAX ? out->events_total : LINE_EVENTS_MAX;
    out->arena = line_arena_new(body_len);
    out->events = mem_alloc(out->events_len * sizeof(*out->events));
    if (out->arena && out->events)
        return OK;
    line_batch_fini(out);
    return ERR_NOMEM;
}

static enum err read_known(struct line_batch *out, enum line_body_kind kind,
                           const struct envelope *v)
{
    struct span events[LINE_EVENTS_MAX];

    out->kind = kind;
    out->events_total = kind == LINE_BODY_LINE ? find_events(v->events, events) : 1;
    enum err e = make_room(out, v->root.len);
    if (e)
        return e;
    out->destination = line_arena_string(out->arena, v->destination);
    if (kind == LINE_BODY_WORKS)
        read_works_event(&out->events[0], out->arena, v);
    for (size_t i = 0; kind == LINE_BODY_LINE && i < out->events_len; i++)
        read_line_event(&out->events[i], out->arena, events[i]);
    return OK;
}

static void describe_not_json(struct line_batch *out, struct span body,
                              const struct json_problem *p)
{
    out->kind = LINE_BODY_NOT_JSON;
    if (body.len == 0)
        (void)snprintf(out->problem, sizeof(out->problem), "the body is empty");
    else
        (void)snprintf(out->problem, sizeof(out->problem), "%s at byte %zu", p->what, p->at);
}

enum err line_batch_parse(struct line_batch *out, struct span body)
{
    struct json_problem problem = {BODY_MAX, "the body goes on"};
    struct envelope v;

    *out = (struct line_batch){.destination = ""};
    if (body.len > BODY_MAX || json_scan(body, &problem)) {
        describe_not_json(out, body, &problem);
        return OK;
    }
    open_envelope(&v, body);
    if (is_line(&v))
        return read_known(out, LINE_BODY_LINE, &v);
    if (is_works(&v))
        return read_known(out, LINE_BODY_WORKS, &v);
    describe_other(out, &v);
    return OK;
}

void line_batch_fini(struct line_batch *b)
{
    mem_free(b->events);
    line_arena_free(b->arena);
    *b = (struct line_batch){.destination = ""};
}
