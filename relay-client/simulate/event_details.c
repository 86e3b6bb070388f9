#include "relay-client/simulate/event_details.h"

#include "base/base64.h"
#include "base/container.h"
#include "codec/json/json_text.h"

#define HOUR_MS     3600000u
#define NONCE_BYTES 24u

void event_details_add_made(struct event_dressing *w, struct event_object *o, const char *name,
                            enum line_mint_kind kind)
{
    char text[LINE_MINT_SIZE];

    if (!event_object_lacks(o, name))
        return;
    line_mint_make(w->d->mint, kind, w->d->now_ms, text);
    event_object_add_text(o, name, text);
}

void event_details_add_extra(struct event_dressing *w, struct event_object *o)
{
    if (w->d->has_extra)
        event_object_add(
            o, "addedLater",
            SPAN("{\"since\":\"2027\",\"tags\":[\"新しい\",null,{}],\"ratio\":0.5}"));
}

/* --- people --- */

/* The one of the context, or the mint's somebody. */
static void put_id(struct event_dressing *w, const char *id, enum line_mint_kind kind)
{
    char made[LINE_MINT_SIZE];

    if (!id) {
        line_mint_named(w->d->mint, kind, SPAN("somebody"), made);
        id = made;
    }
    event_object_put_string(&w->to, id);
}

static void put_user(struct event_dressing *w)
{
    event_object_put(&w->to, SPAN("{\"type\":\"user\",\"userId\":"));
    put_id(w, w->d->user, LINE_MINT_USER);
    event_object_put(&w->to, SPAN("}"));
}

static void put_chat(struct event_dressing *w, bool is_room)
{
    if (is_room)
        event_object_put(&w->to, SPAN("{\"type\":\"room\",\"roomId\":"));
    else
        event_object_put(&w->to, SPAN("{\"type\":\"group\",\"groupId\":"));
    put_id(w, is_room ? w->d->room : w->d->group, is_room ? LINE_MINT_ROOM : LINE_MINT_GROUP);
    if (!w->type || (w->type->flags & EVENT_ACTOR)) {
        event_object_put(&w->to, SPAN(",\"userId\":"));
        put_id(w, w->d->user, LINE_MINT_USER);
    }
    event_object_put(&w->to, SPAN("}"));
}

void event_details_add_source(struct event_dressing *w, struct event_object *event)
{
    unsigned may = w->type ? w->type->flags : EVENT_FROM_ANY;

    if (!event_object_lacks(event, "source") || w->is_failed_link)
        return;
    event_object_name(event, "source");
    bool is_group = w->d->group && (may & EVENT_FROM_GROUP);
    bool is_room = !is_group && w->d->room && (may & EVENT_FROM_ROOM);
    if (is_group || is_room || !(may & EVENT_FROM_USER))
        put_chat(w, is_room);
    else
        put_user(w);
}

/* --- what is made for each type --- */

/* The user of the context has joined, or left. */
static void add_members(struct event_dressing *w, struct event_object *o)
{
    if (!event_object_lacks(o, "members"))
        return;
    event_object_name(o, "members");
    event_object_put(&w->to, SPAN("["));
    put_user(w);
    event_object_put(&w->to, SPAN("]"));
}

static void add_nonce(struct event_dressing *w, struct event_object *o)
{
    uint8_t bytes[NONCE_BYTES];
    char text[BASE64_LEN(NONCE_BYTES) + 1];

    random_fill(w->d->mint->random, bytes, sizeof bytes);
    if (base64_format(text, sizeof text, bytes, sizeof bytes) == OK)
        event_object_add_text(o, "nonce", text);
}

static void add_bot(struct event_dressing *w, struct event_object *o)
{
    if (!event_object_lacks(o, "botId"))
        return;
    event_object_name(o, "botId");
    put_id(w, w->d->destination, LINE_MINT_USER);
}

static void add_withdrawn(struct event_dressing *w, struct event_object *o)
{
    if (w->d->message)
        event_object_add_text(o, "messageId", w->d->message);
    else
        event_details_add_made(w, o, "messageId", LINE_MINT_MESSAGE_ID);
}

static void add_message_ids(struct event_dressing *w, struct event_object *o)
{
    event_details_add_made(w, o, "id", LINE_MINT_MESSAGE_ID);
    if (w->kind && (w->kind->flags & EVENT_QUOTABLE))
        event_details_add_made(w, o, "quoteToken", LINE_MINT_QUOTE_TOKEN);
    if (w->type && (w->type->flags & EVENT_READABLE))
        event_details_add_made(w, o, "markAsReadToken", LINE_MINT_READ_TOKEN);
}

static void add_expiry(struct event_dressing *w, struct event_object *o)
{
    event_object_add_number(o, "expireAt", w->d->now_ms + HOUR_MS);
}

static const struct {
    const char *member;
    void (*add)(struct event_dressing *w, struct event_object *o); /* or NULL */
} all_details[] = {
    {"message", add_message_ids}, {"unsend", add_withdrawn}, {"joined", add_members},
    {"left", add_members},        {"link", add_nonce},       {"module", add_bot},
    {"chatControl", add_expiry},  {"postback", NULL},        {"follow", NULL},
    {"videoPlayComplete", NULL},  {"beacon", NULL},          {"membership", NULL},
    {"delivery", NULL},
};

const char *event_details_member(const struct event_template *t)
{
    struct span name = event_template_details(t);

    for (size_t i = 0; i < ARRAY_LEN(all_details); i++)
        if (span_is(name, span_text(all_details[i].member)))
            return all_details[i].member;
    return NULL;
}

static void add_made_for_type(struct event_dressing *w, struct event_object *o)
{
    for (size_t i = 0; i < ARRAY_LEN(all_details); i++)
        if (strcmp(w->details, all_details[i].member) == 0 && all_details[i].add)
            all_details[i].add(w, o);
}

/* --- all of them --- */

/* What no event of the type lacks, as the sample has it. */
static void add_required(struct event_dressing *w, struct event_object *o)
{
    if (!w->kind)
        return;
    struct span sample = json_text_member(span_text(w->kind->sample), w->details);
    for (const struct event_field *f = w->kind->fields; f->path; f++) {
        const char *name = strchr(f->path, '.') + 1;
        if (f->is_required && sample.len > 0)
            event_object_add(o, name, json_text_member(sample, name));
    }
}

void event_details_put(struct event_dressing *w, struct span value)
{
    struct event_object o;

    if (!json_text_is_object(value)) {
        event_object_put(&w->to, value); /* somebody's own wish */
        return;
    }
    event_object_open(&o, &w->to, value);
    event_object_copy(&o);
    add_required(w, &o);
    add_made_for_type(w, &o);
    event_details_add_extra(w, &o);
    event_object_close(&o);
}

void event_details_add(struct event_dressing *w, struct event_object *event)
{
    struct span sample = {0};

    if (!w->details || !event_object_lacks(event, w->details))
        return;
    if (w->kind)
        sample = json_text_member(span_text(w->kind->sample), w->details);
    event_object_name(event, w->details);
    event_details_put(w, sample.len > 0 ? sample : SPAN("{}"));
}
