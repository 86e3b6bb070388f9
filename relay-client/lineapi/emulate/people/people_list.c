#include "relay-client/lineapi/emulate/people/people_list.h"

#include "base/mem.h"
#include "relay-client/lineapi/emulate/people/people_store.h"

#include <stdio.h>
#include <stdlib.h>

#define TABLE_LEN          32768u
#define ROOM_FIRST         64u
#define MADE_UP            3u
#define GROUP_MADE_UP_SIZE (PEOPLE_ID_SIZE + 8)

static enum err begin(struct people_list *l)
{
    *l = (struct people_list){.table = mem_alloc(TABLE_LEN * sizeof *l->table)};
    return l->table ? OK : ERR_NOMEM;
}

void people_list_fini(struct people_list *l)
{
    mem_free(l->ids);
    mem_free(l->table);
    *l = (struct people_list){0};
}

/* Of an id, out of its first and its last digits: there may be thousands to look at. */
static uint32_t hash_of(const char *id)
{
    uint64_t first, last;

    memcpy(&first, id + 1, sizeof first);
    memcpy(&last, id + PEOPLE_ID_SIZE - 1 - sizeof last, sizeof last);
    return (uint32_t)((first * 0x9e3779b97f4a7c15u ^ last) * 0xff51afd7ed558ccdu >> 40);
}

static bool has_room(struct people_list *l)
{
    size_t room = l->room > 0 ? 2 * l->room : ROOM_FIRST;

    if (l->len < l->room)
        return true;
    if (room > PEOPLE_LIST_MAX)
        room = PEOPLE_LIST_MAX;
    void *ids = mem_grow(l->ids, room * sizeof *l->ids);
    if (!ids) {
        l->failed = ERR_NOMEM;
        return false;
    }
    l->ids = ids;
    l->room = room;
    return true;
}

static void add(struct people_list *l, const char *id)
{
    if (strlen(id) != PEOPLE_ID_SIZE - 1 || l->len == PEOPLE_LIST_MAX)
        return;
    uint32_t at = hash_of(id) % TABLE_LEN;
    for (; l->table[at] > 0; at = (at + 1) % TABLE_LEN)
        if (strcmp(l->ids[l->table[at] - 1], id) == 0)
            return;
    if (!people_is_id(span_text(id), "U") || !has_room(l))
        return;
    memcpy(l->ids[l->len], id, PEOPLE_ID_SIZE);
    l->table[at] = (uint16_t)++l->len;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, PEOPLE_ID_SIZE);
}

/* In the order of their ids, which stays when somebody speaks. */
static enum err end(struct people_list *l)
{
    enum err failed = l->failed;

    if (failed)
        people_list_fini(l);
    else if (l->len > 0)
        qsort(l->ids, l->len, sizeof *l->ids, compare);
    return failed;
}

/* --- followers --- */

struct filling {
    struct people_list *list;
    struct span chat;
};

static bool add_user(void *owner, const struct given_event *event)
{
    struct filling *f = owner;

    add(f->list, event->user);
    return true;
}

/* Leaves out who has blocked the account; the table is of no use afterwards. */
static void keep_friends(const struct emulator *e, struct people_list *l)
{
    size_t kept = 0;

    for (size_t i = 0; l->ids && i < l->len; i++)
        if (people_has_user(e, span_text(l->ids[i])))
            memmove(l->ids[kept++], l->ids[i], PEOPLE_ID_SIZE);
    l->len = kept;
}

enum err people_list_followers(const struct emulator *e, struct people_list *out)
{
    struct filling f = {.list = out};
    const struct person *p;

    if (begin(out) != OK)
        return ERR_NOMEM;
    for (size_t i = 0; (p = people_store_at(e->people, i)) != NULL; i++)
        add(out, p->id);
    given_events_each(e->options.given, add_user, &f);
    keep_friends(e, out);
    return end(out);
}

/* --- members --- */

static bool add_member(void *owner, const struct given_event *event)
{
    struct filling *f = owner;

    if (span_is(span_text(event->chat), f->chat))
        add(f->list, event->user);
    return true;
}

static void add_made_up(const struct emulator *e, struct span chat, struct people_list *l)
{
    char name[GROUP_MADE_UP_SIZE], id[LINE_MINT_SIZE];

    for (unsigned i = 0; i < MADE_UP; i++) {
        (void)snprintf(name, sizeof name, "%.*s %u", (int)chat.len, chat.ptr, i + 1);
        line_mint_named(e->options.mint, LINE_MINT_USER, span_text(name), id);
        add(l, id);
    }
}

enum err people_list_members(const struct emulator *e, struct span chat,
                             struct people_list *out)
{
    struct filling f = {.list = out, .chat = chat};

    if (begin(out) != OK)
        return ERR_NOMEM;
    given_events_each(e->options.given, add_member, &f);
    if (out->len == 0)
        add_made_up(e, chat, out);
    return end(out);
}
