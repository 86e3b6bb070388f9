#include "relay-client/lineapi/emulate/people/people_store.h"

#include "base/mem.h"

#include <stdio.h>

#define BUCKETS 4096u

struct slot {
    struct person person; /* texts in `storage` */
    char *storage;        /* owned */
    uint64_t turn;        /* 0: never used */
    uint64_t older;       /* the turn before in its bucket, 0: none */
};

struct left {
    char chat[PEOPLE_ID_SIZE];
    uint64_t left_ms;
};

struct people_store {
    struct slot slots[PEOPLE_MAX];
    uint64_t newest[BUCKETS];
    uint64_t turn;
    struct left left[PEOPLE_LEFT_MAX];
    size_t left_count; /* ever */
};

enum err people_store_new(struct people_store **out)
{
    *out = mem_alloc(sizeof **out);
    return *out ? OK : ERR_NOMEM;
}

void people_store_free(struct people_store *s)
{
    for (size_t i = 0; s && i < PEOPLE_MAX; i++)
        mem_free(s->slots[i].storage);
    mem_free(s);
}

/* --- persons --- */

/* FNV-1a. */
static uint32_t bucket_of(struct span id)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ (uint8_t)id.ptr[i]) * 16777619u;
    return (hash ^ hash >> 16) % BUCKETS;
}

#define NONE PEOPLE_MAX

static size_t place_of(const struct people_store *s, uint64_t turn)
{
    size_t place = turn % PEOPLE_MAX;

    return turn > 0 && s->slots[place].turn == turn ? place : NONE;
}

static size_t find(const struct people_store *s, struct span id)
{
    size_t place = place_of(s, s->newest[bucket_of(id)]);

    while (place != NONE && !span_is(span_text(s->slots[place].person.id), id))
        place = place_of(s, s->slots[place].older);
    return place;
}

/* Cut at the border of a character. */
static size_t cut_len(const char *text)
{
    size_t len = text ? strlen(text) : 0;

    if (len <= PEOPLE_TEXT_MAX)
        return len;
    len = PEOPLE_TEXT_MAX;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return len;
}

/* A copy of all texts in one piece. */
static enum err copy(struct person *out, const struct person *p, char **storage)
{
    const char *const from[] = {p->name, p->language, p->picture_url, p->status_message};
    const char **const to[] = {&out->name, &out->language, &out->picture_url,
                               &out->status_message};
    size_t size = 0;

    for (size_t i = 0; i < 4; i++)
        size += cut_len(from[i]) + 1;
    char *at = mem_alloc(size);
    if (!at)
        return ERR_NOMEM;
    *storage = at;
    *out = *p;
    for (size_t i = 0; i < 4; i++) {
        size_t len = cut_len(from[i]);
        if (len > 0)
            memcpy(at, from[i], len);
        *to[i] = at;
        at += len + 1;
    }
    return OK;
}

static size_t add_slot(struct people_store *s, uint32_t bucket)
{
    size_t place = ++s->turn % PEOPLE_MAX;

    s->slots[place].turn = s->turn;
    s->slots[place].older = s->newest[bucket];
    s->newest[bucket] = s->turn;
    return place;
}

enum err people_store_put(struct people_store *s, const struct person *p)
{
    size_t place = find(s, span_text(p->id));
    struct person person;
    char *storage;

    if (copy(&person, p, &storage) != OK)
        return ERR_NOMEM;
    if (place == NONE)
        place = add_slot(s, bucket_of(span_text(p->id)));
    struct slot *slot = &s->slots[place];
    mem_free(slot->storage);
    slot->person = person;
    slot->storage = storage;
    return OK;
}

const struct person *people_store_find(const struct people_store *s, struct span id)
{
    size_t place = find(s, id);

    return place == NONE ? NULL : &s->slots[place].person;
}

const struct person *people_store_at(const struct people_store *s, size_t index)
{
    uint64_t first = s->turn > PEOPLE_MAX ? s->turn - PEOPLE_MAX + 1 : 1;
    size_t place = index < PEOPLE_MAX ? place_of(s, first + index) : NONE;

    return place == NONE ? NULL : &s->slots[place].person;
}

/* --- chats that it has left --- */

void people_store_leave(struct people_store *s, struct span chat, uint64_t now_ms)
{
    struct left *left = &s->left[s->left_count++ % PEOPLE_LEFT_MAX];

    (void)snprintf(left->chat, sizeof left->chat, "%.*s", (int)(chat.len < 33 ? chat.len : 33),
                   chat.ptr);
    left->left_ms = now_ms;
}

uint64_t people_store_left_ms(const struct people_store *s, struct span chat)
{
    uint64_t newest_ms = 0;

    for (size_t i = 0; i < PEOPLE_LEFT_MAX && i < s->left_count; i++)
        if (s->left[i].left_ms > newest_ms && span_is(span_text(s->left[i].chat), chat))
            newest_ms = s->left[i].left_ms;
    return newest_ms;
}
