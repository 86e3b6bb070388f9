/* A ring of the newest events, and a hash table over it for each thing they are asked by.
 * A table holds the turn of the newest event of its bucket, each event that of the one before
 * it there; a turn that the ring has overwritten ends the chain, so nothing is ever removed. */
#include "relay-client/lineapi/given_events.h"

#include "base/mem.h"

#include <stdio.h>

#define BUCKETS 8192u /* a power of two */

enum key { KEY_TOKEN, KEY_MESSAGE, KEY_CHAT, KEY_USER, KEYS };

struct slot {
    struct given_event event;
    uint64_t turn;         /* 0: never used */
    uint64_t before[KEYS]; /* turn of the one before in the bucket, 0: none */
};

struct given_events {
    struct slot slots[GIVEN_EVENTS_MAX];
    uint64_t newest[KEYS][BUCKETS]; /* turns, 0: none */
    uint64_t turn;                  /* of the newest of all */
    char bot[GIVEN_ID_SIZE];
};

enum err given_events_new(struct given_events **out)
{
    struct given_events *g = mem_alloc(sizeof *g);

    if (!g)
        return ERR_NOMEM;
    *out = g;
    return OK;
}

void given_events_free(struct given_events *g)
{
    mem_free(g);
}

/* FNV-1a. */
static uint64_t *bucket_of(struct given_events *g, enum key key, struct span text)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (uint8_t)text.ptr[i]) * 16777619u;
    return &g->newest[key][(hash ^ hash >> 16) % BUCKETS];
}

static const char *text_of(const struct given_event *e, enum key key)
{
    switch (key) {
    case KEY_TOKEN:
        return e->reply_token;
    case KEY_MESSAGE:
        return e->message;
    case KEY_CHAT:
        return e->chat;
    case KEY_USER:
    case KEYS:
        break;
    }
    return e->user;
}

/* --- adding --- */

/* One that does not fit is none: cut, it would be somebody else's. */
static void take(char *out, size_t size, const char *text)
{
    if (text && strlen(text) < size)
        snprintf(out, size, "%s", text);
}

static void fill(struct given_event *e, const struct given_webhook *w,
                 const struct line_event *event, size_t index)
{
    *e = (struct given_event){
        .exchange = w->exchange,
        .index = index,
        .origin = w->origin,
        .given_ms = w->received_ms,
        .bot_ms = w->bot_ms ? w->bot_ms : w->received_ms,
        .event_ms = event->timestamp_ms,
        .is_redelivery = event->is_redelivery,
    };
    take(e->type, sizeof e->type, event->type);
    take(e->message_type, sizeof e->message_type, event->message_type);
    take(e->chat_type, sizeof e->chat_type, event->source_type);
    take(e->chat, sizeof e->chat, event->source_id);
    take(e->user, sizeof e->user, event->user_id);
    take(e->message, sizeof e->message, event->message_id);
    take(e->reply_token, sizeof e->reply_token, event->reply_token);
}

static uint64_t used_before(struct given_events *g, const struct given_webhook *w,
                            const struct line_event *event)
{
    struct given_event *e = given_events_by_token(g, span_text(event->reply_token));

    return e && w->origin != GIVEN_BY_REPLAY ? e->used_ms : 0;
}

static void add(struct given_events *g, const struct given_webhook *w,
                const struct line_event *event, size_t index)
{
    uint64_t used_ms = used_before(g, w, event);
    uint64_t turn = ++g->turn;
    struct slot *s = &g->slots[turn % GIVEN_EVENTS_MAX];

    fill(&s->event, w, event, index);
    s->event.used_ms = used_ms;
    s->turn = turn;
    for (enum key key = KEY_TOKEN; key < KEYS; key++) {
        struct span text = span_text(text_of(&s->event, key));
        uint64_t *bucket = bucket_of(g, key, text);
        s->before[key] = text.len > 0 ? *bucket : 0;
        if (text.len > 0)
            *bucket = turn;
    }
}

void given_events_add(struct given_events *g, const struct given_webhook *webhook,
                      const struct line_batch *batch)
{
    if (batch->destination && *batch->destination)
        take(g->bot, sizeof g->bot, batch->destination);
    for (size_t i = 0; i < batch->events_len; i++)
        add(g, webhook, &batch->events[i], i);
}

/* --- finding --- */

static struct slot *slot_of(struct given_events *g, uint64_t turn)
{
    struct slot *s = &g->slots[turn % GIVEN_EVENTS_MAX];

    return turn > 0 && s->turn == turn ? s : NULL;
}

static struct slot *find(struct given_events *g, enum key key, struct span text)
{
    struct slot *s = text.len > 0 ? slot_of(g, *bucket_of(g, key, text)) : NULL;

    while (s && !span_is(span_text(text_of(&s->event, key)), text))
        s = slot_of(g, s->before[key]);
    return s;
}

struct given_event *given_events_by_token(struct given_events *g, struct span token)
{
    struct slot *s = find(g, KEY_TOKEN, token);

    return s ? &s->event : NULL;
}

struct given_event *given_events_by_message(struct given_events *g, struct span message)
{
    struct slot *s = find(g, KEY_MESSAGE, message);

    return s ? &s->event : NULL;
}

struct given_event *given_events_by_chat(struct given_events *g, struct span chat,
                                         uint64_t since_ms)
{
    struct slot *in_chat = find(g, KEY_CHAT, chat);
    struct slot *by_user = find(g, KEY_USER, chat);
    struct slot *s = in_chat;

    if (by_user && (!s || by_user->turn > s->turn))
        s = by_user;
    return s && s->event.bot_ms >= since_ms ? &s->event : NULL;
}

/* --- all of them --- */

void given_events_each(const struct given_events *g,
                       bool (*each)(void *owner, const struct given_event *e), void *owner)
{
    for (uint64_t turn = g->turn; turn > 0 && g->turn - turn < GIVEN_EVENTS_MAX; turn--)
        if (!each(owner, &g->slots[turn % GIVEN_EVENTS_MAX].event))
            return;
}

const char *given_events_bot(const struct given_events *g)
{
    return g->bot;
}
