#include "relay-server/links/tunnels.h"

#include "base/container.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* FNV-1a.  Names are bounded by what tokens allow, so nobody outside can choose
 * enough of them to make a bucket long. */
static struct list *bucket_of(struct tunnels *t, struct span name)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (uint8_t)lower(name.ptr[i])) * 16777619u;
    return &t->buckets[hash % TUNNEL_BUCKETS];
}

static struct tunnel *from_node(struct list_node *n)
{
    return CONTAINER_OF(n, struct tunnel, in_bucket);
}

void tunnels_init(struct tunnels *t)
{
    t->len = 0;
    list_init(&t->order);
    for (size_t i = 0; i < TUNNEL_BUCKETS; i++)
        list_init(&t->buckets[i]);
}

static void forget(struct tunnels *t, struct tunnel *tunnel)
{
    assert(!tunnel->link);
    dispatch_fini(&tunnel->dispatch);
    list_remove(&tunnel->in_bucket);
    list_remove(&tunnel->in_order);
    mem_free(tunnel);
    t->len--;
}

static struct tunnel *from_order(struct list_node *n)
{
    return CONTAINER_OF(n, struct tunnel, in_order);
}

void tunnels_fini(struct tunnels *t)
{
    struct list_node *n;

    while ((n = list_first(&t->order)) != NULL)
        forget(t, from_order(n));
}

struct tunnel *tunnels_find(struct tunnels *t, struct span name)
{
    struct list *bucket = bucket_of(t, name);

    for (struct list_node *n = list_first(bucket); n; n = list_next(bucket, n))
        if (span_is_nocase(span_text(from_node(n)->name), name))
            return from_node(n);
    return NULL;
}

/* The one to be forgotten for another; NULL: none. */
static struct tunnel *longest_unlinked(const struct tunnels *t)
{
    for (struct list_node *n = list_first(&t->order); n; n = list_next(&t->order, n))
        if (!from_order(n)->link && from_order(n)->waiting == 0 &&
            dispatch_is_idle(&from_order(n)->dispatch))
            return from_order(n);
    return NULL;
}

static enum err make(struct tunnels *t, struct span name, struct tunnel **out)
{
    struct tunnel *old = t->len >= TUNNELS_MAX ? longest_unlinked(t) : NULL;

    if ((t->len >= TUNNELS_MAX && !old) || name.len > LINK_TUNNEL_MAX)
        return ERR_LIMIT;
    struct tunnel *tunnel = mem_alloc(sizeof *tunnel);
    if (!tunnel)
        return ERR_NOMEM;
    if (old)
        forget(t, old);
    for (size_t i = 0; i < name.len; i++)
        tunnel->name[i] = lower(name.ptr[i]);
    list_append(bucket_of(t, name), &tunnel->in_bucket);
    t->len++;
    *out = tunnel;
    return OK;
}

enum err tunnels_open(struct tunnels *t, struct span name, struct tunnel **out)
{
    struct tunnel *tunnel = tunnels_find(t, name);
    enum err rc = tunnel ? OK : make(t, name, &tunnel);

    if (rc != OK)
        return rc;
    list_remove(&tunnel->in_order);
    list_append(&t->order, &tunnel->in_order);
    *out = tunnel;
    return OK;
}

size_t tunnels_links_of(const struct tunnels *t, const char *token_id)
{
    size_t count = 0;

    for (size_t i = 0; i < TUNNEL_BUCKETS; i++)
        for (struct list_node *n = list_first(&t->buckets[i]); n;
             n = list_next(&t->buckets[i], n))
            count += from_node(n)->link && strcmp(from_node(n)->token_id, token_id) == 0;
    return count;
}
