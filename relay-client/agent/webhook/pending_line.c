#include "relay-client/agent/webhook/pending_line.h"

#include "base/container.h"
#include "base/mem.h"

static struct pending_entry *entry_of(struct list_node *n)
{
    return CONTAINER_OF(n, struct pending_entry, node);
}

void pending_line_init(struct pending_line *l)
{
    *l = (struct pending_line){0};
    list_init(&l->line);
    list_init(&l->strays);
}

static void unlink_entry(struct pending_line *l, struct pending_entry *e)
{
    list_remove(&e->node);
    if (e->is_stray)
        l->strays_len--;
    else
        l->line_len--;
}

void pending_line_remove(struct pending_line *l, struct pending_entry *e)
{
    unlink_entry(l, e);
    mem_free(e);
}

static void remove_all(struct pending_line *l, struct list *from, bool keeps_tried)
{
    struct list_node *next;

    for (struct list_node *n = list_first(from); n; n = next) {
        next = list_next(from, n);
        if (!keeps_tried || !entry_of(n)->is_trying)
            pending_line_remove(l, entry_of(n));
    }
}

void pending_line_fini(struct pending_line *l)
{
    if (!l->line.root.next)
        return;
    remove_all(l, &l->line, false);
    remove_all(l, &l->strays, false);
}

void pending_line_forget(struct pending_line *l)
{
    remove_all(l, &l->line, true);
    remove_all(l, &l->strays, true);
    l->known_to = 0;
}

/* --- places --- */

/* The last one in the line that is not younger than `exchange`; the root: none. */
static struct list_node *place_of(struct pending_line *l, uint64_t exchange)
{
    struct list_node *n = l->line.root.prev;

    while (n != &l->line.root && entry_of(n)->exchange > exchange)
        n = n->prev;
    return n;
}

static struct pending_entry *find_stray(const struct pending_line *l, uint64_t exchange)
{
    for (struct list_node *n = list_first(&l->strays); n; n = list_next(&l->strays, n))
        if (entry_of(n)->exchange == exchange)
            return entry_of(n);
    return NULL;
}

struct pending_entry *pending_line_find(struct pending_line *l, uint64_t exchange)
{
    struct list_node *n = place_of(l, exchange);

    if (n != &l->line.root && entry_of(n)->exchange == exchange)
        return entry_of(n);
    return find_stray(l, exchange);
}

static void forget_from(struct pending_line *l, uint64_t exchange)
{
    if (l->known_to >= exchange)
        l->known_to = exchange - 1;
}

/* The youngest gives its place to an older one. */
static bool make_room(struct pending_line *l, uint64_t exchange)
{
    struct list_node *last = l->line.root.prev;

    if (l->line_len < PENDING_LINE_MAX)
        return true;
    if (entry_of(last)->exchange < exchange || entry_of(last)->is_trying)
        return false;
    forget_from(l, entry_of(last)->exchange);
    pending_line_remove(l, entry_of(last));
    return true;
}

static struct pending_entry *add(struct pending_line *l, uint64_t exchange)
{
    struct pending_entry *e = make_room(l, exchange) ? mem_alloc(sizeof *e) : NULL;

    if (!e) {
        forget_from(l, exchange);
        return NULL;
    }
    e->exchange = exchange;
    list_insert_after(place_of(l, exchange), &e->node);
    l->line_len++;
    return e;
}

struct pending_entry *pending_line_put(struct pending_line *l, uint64_t exchange)
{
    struct pending_entry *e = pending_line_find(l, exchange);

    if (e || exchange > l->known_to)
        return e;
    return add(l, exchange);
}

bool pending_line_step_out(struct pending_line *l, struct pending_entry *e)
{
    if (e->is_stray || l->strays_len == PENDING_STRAYS_MAX)
        return e->is_stray;
    unlink_entry(l, e);
    e->is_stray = true;
    list_append(&l->strays, &e->node);
    l->strays_len++;
    return true;
}

/* --- who is next --- */

struct pending_entry *pending_line_head(const struct pending_line *l)
{
    struct list_node *n = list_first(&l->line);

    return n ? entry_of(n) : NULL;
}

struct pending_entry *pending_line_stray(const struct pending_line *l)
{
    struct pending_entry *first = NULL;

    for (struct list_node *n = list_first(&l->strays); n; n = list_next(&l->strays, n))
        if (!first || entry_of(n)->due_ms < first->due_ms)
            first = entry_of(n);
    return first;
}

bool pending_line_is_empty(const struct pending_line *l)
{
    return l->line_len == 0 && l->known_to == PENDING_LINE_ALL;
}
