#include "relay-server/inbox/inbox_index.h"

#include "base/container.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

#define ENTRIES_CAP_MIN 256u

/* ---- life ---- */

enum err inbox_index_init(struct inbox_index *ix)
{
    *ix = (struct inbox_index){.places = mem_alloc(INBOX_BUCKETS * sizeof(struct list)),
                               .entries = mem_alloc(ENTRIES_CAP_MIN * sizeof(void *)),
                               .entries_cap = ENTRIES_CAP_MIN};
    list_init(&ix->order);
    list_init(&ix->all);
    if (!ix->places || !ix->entries) {
        inbox_index_fini(ix);
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < INBOX_BUCKETS; i++)
        list_init(&ix->places[i]);
    return OK;
}

static void free_entries(struct inbox_index *ix)
{
    for (size_t i = 0; ix->entries && i < ix->entries_cap; i++) {
        struct inbox_entry *next;

        for (struct inbox_entry *e = ix->entries[i]; e; e = next) {
            next = e->next_in_bucket;
            mem_free(e);
        }
    }
    mem_free(ix->entries);
}

void inbox_index_fini(struct inbox_index *ix)
{
    free_entries(ix);
    for (size_t i = 0; ix->places && i < INBOX_BUCKETS; i++) {
        struct list_node *n;

        while ((n = list_first(&ix->places[i])) != NULL) {
            list_remove(n);
            mem_free(CONTAINER_OF(n, struct inbox_place, in_bucket));
        }
    }
    mem_free(ix->places);
    *ix = (struct inbox_index){0};
}

/* ---- places ---- */

/* FNV-1a.  Which names there are is up to the tokens: nobody outside can choose enough of
 * them to make a bucket long. */
static struct list *bucket_of(const struct inbox_index *ix, struct span name)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (uint8_t)name.ptr[i]) * 16777619u;
    return &ix->places[hash % INBOX_BUCKETS];
}

struct inbox_place *inbox_index_find(const struct inbox_index *ix, struct span name)
{
    struct list *bucket = bucket_of(ix, name);

    for (struct list_node *n = list_first(bucket); n; n = list_next(bucket, n)) {
        struct inbox_place *p = CONTAINER_OF(n, struct inbox_place, in_bucket);

        if (span_is(span_text(p->name), name))
            return p;
    }
    return NULL;
}

enum err inbox_index_open(struct inbox_index *ix, struct span name, struct inbox_place **out)
{
    struct inbox_place *p = inbox_index_find(ix, name);

    if (!p) {
        if (ix->places_len >= INBOX_PLACES_MAX || name.len > LINK_TUNNEL_MAX)
            return ERR_LIMIT;
        p = mem_alloc(sizeof(*p));
        if (!p)
            return ERR_NOMEM;
        if (name.len > 0)
            memcpy(p->name, name.ptr, name.len);
        list_init(&p->entries);
        list_append(bucket_of(ix, name), &p->in_bucket);
        list_append(&ix->order, &p->in_order);
        ix->places_len++;
    }
    *out = p;
    return OK;
}

void inbox_index_touch(struct inbox_index *ix, struct inbox_place *p)
{
    list_remove(&p->in_order);
    list_append(&ix->order, &p->in_order);
}

struct inbox_place *inbox_index_oldest_empty(const struct inbox_index *ix)
{
    for (struct list_node *n = list_first(&ix->order); n; n = list_next(&ix->order, n)) {
        struct inbox_place *p = CONTAINER_OF(n, struct inbox_place, in_order);

        if (list_is_empty(&p->entries))
            return p;
    }
    return NULL;
}

void inbox_index_forget(struct inbox_index *ix, struct inbox_place *p)
{
    assert(list_is_empty(&p->entries));
    list_remove(&p->in_bucket);
    list_remove(&p->in_order);
    ix->places_len--;
    mem_free(p);
}

/* ---- entries ---- */

static struct inbox_entry **slot_of(const struct inbox_index *ix, uint64_t seq)
{
    uint64_t mixed = seq * 0x9e3779b97f4a7c15u; /* Fibonacci hashing */

    return &ix->entries[(mixed >> 32) & (ix->entries_cap - 1)];
}

static void link_entry(struct inbox_index *ix, struct inbox_entry *e)
{
    struct inbox_entry **slot = slot_of(ix, e->seq);

    e->next_in_bucket = *slot;
    *slot = e;
}

/* Without memory the buckets get longer, and it is tried again with the next entry. */
static void make_room(struct inbox_index *ix)
{
    if (ix->entries_len < ix->entries_cap)
        return;
    struct inbox_entry **old = ix->entries;
    struct inbox_entry **wider = mem_alloc(2 * ix->entries_cap * sizeof(struct inbox_entry *));
    if (!wider)
        return;
    size_t old_cap = ix->entries_cap;
    ix->entries = wider;
    ix->entries_cap = 2 * old_cap;
    for (size_t i = 0; i < old_cap; i++) {
        struct inbox_entry *next;

        for (struct inbox_entry *e = old[i]; e; e = next) {
            next = e->next_in_bucket;
            link_entry(ix, e);
        }
    }
    mem_free(old);
}

struct inbox_entry *inbox_index_get(const struct inbox_index *ix, uint64_t seq)
{
    struct inbox_entry *e = *slot_of(ix, seq);

    while (e && e->seq != seq)
        e = e->next_in_bucket;
    return e;
}

/* What is new has a high seq: from the end it is not far. */
static void put_in_place(struct inbox_entry *e)
{
    struct list_node *before = e->place->entries.root.prev, *end = &e->place->entries.root;

    while (before != end && CONTAINER_OF(before, struct inbox_entry, in_place)->seq > e->seq)
        before = before->prev;
    list_insert_after(before, &e->in_place);
}

static void put_in_all(struct inbox_index *ix, struct inbox_entry *e)
{
    struct list_node *before = ix->all.root.prev, *end = &ix->all.root;

    while (before != end && CONTAINER_OF(before, struct inbox_entry, in_all)->seq > e->seq)
        before = before->prev;
    list_insert_after(before, &e->in_all);
}

enum err inbox_index_add(struct inbox_index *ix, struct inbox_place *p, uint64_t seq,
                         uint32_t bytes, struct inbox_entry **out)
{
    if (inbox_index_get(ix, seq))
        return ERR_CONFLICT;
    struct inbox_entry *e = mem_alloc(sizeof(*e));
    if (!e)
        return ERR_NOMEM;
    e->place = p;
    e->seq = seq;
    e->bytes = bytes;
    make_room(ix);
    link_entry(ix, e);
    put_in_place(e);
    put_in_all(ix, e);
    ix->entries_len++;
    p->counts.kept++;
    p->counts.bytes += bytes;
    ix->total.kept++;
    ix->total.bytes += bytes;
    *out = e;
    return OK;
}

static void count_aside(struct inbox_counts *c, bool is_aside)
{
    if (is_aside) {
        c->aside++;
        c->kept--;
    } else {
        c->aside--;
        c->kept++;
    }
}

void inbox_index_set_aside(struct inbox_index *ix, struct inbox_entry *e, bool is_aside)
{
    if (e->is_aside == is_aside)
        return;
    e->is_aside = is_aside;
    count_aside(&e->place->counts, is_aside);
    count_aside(&ix->total, is_aside);
}

void inbox_index_remove(struct inbox_index *ix, struct inbox_entry *e)
{
    struct inbox_entry **slot = slot_of(ix, e->seq);

    inbox_index_set_aside(ix, e, false);
    e->place->counts.kept--;
    e->place->counts.bytes -= e->bytes;
    ix->total.kept--;
    ix->total.bytes -= e->bytes;
    while (*slot != e)
        slot = &(*slot)->next_in_bucket;
    *slot = e->next_in_bucket;
    list_remove(&e->in_place);
    list_remove(&e->in_all);
    ix->entries_len--;
    mem_free(e);
}

/* ---- what a fetch asks for ---- */

/* One of two lists of the same entries. */
struct walk {
    const struct list *list;
    size_t offset; /* of the list's node in an entry */
};

static struct inbox_entry *entry_of(const struct walk *w, struct list_node *n)
{
    return n ? (struct inbox_entry *)(void *)((char *)n - w->offset) : NULL;
}

static struct inbox_entry *next_of(const struct walk *w, struct inbox_entry *e)
{
    return entry_of(w, list_next(w->list, (struct list_node *)(void *)((char *)e + w->offset)));
}

/* From the beginning, unless the one before is still there: those in between were removed
 * lately, so that there are few. */
static struct inbox_entry *first_after(const struct inbox_index *ix, const struct walk *w,
                                       uint64_t after, const struct inbox_place *p)
{
    struct inbox_entry *e = inbox_index_get(ix, after);

    if (e && (!p || e->place == p))
        return next_of(w, e);
    e = entry_of(w, list_first(w->list));
    while (e && e->seq <= after)
        e = next_of(w, e);
    return e;
}

size_t inbox_index_select(const struct inbox_index *ix, const struct inbox_fetch *f,
                          uint64_t *seqs)
{
    const struct inbox_place *p = f->tunnel ? inbox_index_find(ix, span_text(f->tunnel)) : NULL;
    const struct inbox_counts *counts = p ? &p->counts : &ix->total;
    struct walk w = {&ix->all, offsetof(struct inbox_entry, in_all)};
    size_t len = 0;
    uint64_t bytes = 0;

    if ((f->tunnel && !p) || (f->aside ? counts->aside : counts->kept) == 0)
        return 0;
    if (p)
        w = (struct walk){&p->entries, offsetof(struct inbox_entry, in_place)};
    for (struct inbox_entry *e = first_after(ix, &w, f->after, p); e; e = next_of(&w, e)) {
        if (e->is_aside != f->aside)
            continue;
        bytes += e->bytes;
        if (len >= f->records_max || (len > 0 && !f->no_bodies && bytes > f->bytes_max))
            break;
        seqs[len++] = e->seq;
    }
    return len;
}
