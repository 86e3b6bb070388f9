#include "relay-server/tunnels.h"

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
    for (size_t i = 0; i < TUNNEL_BUCKETS; i++)
        list_init(&t->buckets[i]);
}

void tunnels_fini(struct tunnels *t)
{
    for (size_t i = 0; i < TUNNEL_BUCKETS; i++) {
        struct list_node *n;
        while ((n = list_first(&t->buckets[i])) != NULL) {
            assert(!from_node(n)->link);
            list_remove(n);
            mem_free(from_node(n));
        }
    }
    t->len = 0;
}

struct tunnel *tunnels_find(struct tunnels *t, struct span name)
{
    struct list *bucket = bucket_of(t, name);

    for (struct list_node *n = list_first(bucket); n; n = list_next(bucket, n))
        if (span_is_nocase(span_text(from_node(n)->name), name))
            return from_node(n);
    return NULL;
}

enum err tunnels_open(struct tunnels *t, struct span name, struct tunnel **out)
{
    struct tunnel *tunnel = tunnels_find(t, name);

    if (!tunnel) {
        if (t->len >= TUNNELS_MAX || name.len > LINK_TUNNEL_MAX)
            return ERR_LIMIT;
        tunnel = mem_alloc(sizeof *tunnel);
        if (!tunnel)
            return ERR_NOMEM;
        for (size_t i = 0; i < name.len; i++)
            tunnel->name[i] = lower(name.ptr[i]);
        list_append(bucket_of(t, name), &tunnel->in_bucket);
        t->len++;
    }
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
