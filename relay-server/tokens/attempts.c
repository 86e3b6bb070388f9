#include "relay-server/tokens/attempts.h"

#include "base/container.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/span.h"

#include <arpa/inet.h>
#include <string.h>

#define BUCKETS    8192u
#define PREFIX_LEN 9u /* family, then up to 8 bytes of the address */

struct network {
    struct list_node in_bucket, in_order; /* in_order: least recent failure first */
    uint8_t prefix[PREFIX_LEN];
    uint8_t recent_next;
    uint64_t recent_ms[ATTEMPTS_FREE]; /* a ring; 0: no failure */
    uint64_t last_ms;
    uint64_t penalty_ms; /* length of the latest one, 0: none yet */
    uint64_t until_ms;
};

struct attempts {
    const struct clock *clock; /* borrowed */
    struct network *networks;  /* owned, ATTEMPTS_NETWORKS_MAX */
    size_t made;               /* of them ever used */
    struct list free, order;
    struct list buckets[BUCKETS];
    uint64_t seed;
    size_t len;
    uint64_t second_ms; /* the global limit: this second began then ... */
    unsigned in_second; /* ... and has seen so many failures */
};

/* The clock may start at 0, which means "never" in our fields. */
static uint64_t now_ms(const struct attempts *a)
{
    return clock_us(a->clock) / 1000 + 1;
}

static const struct in_addr *mapped_ipv4(const struct in6_addr *address)
{
    static const uint8_t prefix[12] = {[10] = 0xFF, [11] = 0xFF};

    if (memcmp(address, prefix, sizeof prefix) != 0)
        return NULL;
    return (const struct in_addr *)(const void *)&address->s6_addr[12];
}

static void prefix_of(const char *peer, uint8_t out[static PREFIX_LEN])
{
    struct in6_addr v6;
    struct in_addr v4;
    const struct in_addr *in_v4 = NULL;

    memset(out, 0, PREFIX_LEN);
    if (inet_pton(AF_INET, peer, &v4) == 1)
        in_v4 = &v4;
    else if (inet_pton(AF_INET6, peer, &v6) == 1)
        in_v4 = mapped_ipv4(&v6);
    else
        return;
    out[0] = in_v4 ? 4 : 6;
    if (in_v4)
        memcpy(out + 1, in_v4, 3);
    else
        memcpy(out + 1, &v6, 8);
}

/* Seeded, so that nobody can choose addresses that share a bucket. */
static size_t bucket_of(const struct attempts *a, const uint8_t prefix[static PREFIX_LEN])
{
    uint64_t hash = a->seed;

    for (size_t i = 0; i < PREFIX_LEN; i++) {
        hash = (hash ^ prefix[i]) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    return hash % BUCKETS;
}

static struct network *find(const struct attempts *a, const char *peer)
{
    uint8_t prefix[PREFIX_LEN];
    const struct list *bucket;
    struct list_node *n;

    prefix_of(peer, prefix);
    bucket = &a->buckets[bucket_of(a, prefix)];
    for (n = list_first(bucket); n; n = list_next(bucket, n)) {
        struct network *found = CONTAINER_OF(n, struct network, in_bucket);
        if (memcmp(found->prefix, prefix, PREFIX_LEN) == 0)
            return found;
    }
    return NULL;
}

static void forget(struct attempts *a, struct network *n)
{
    list_remove(&n->in_bucket);
    list_remove(&n->in_order);
    list_append(&a->free, &n->in_order);
    a->len--;
}

static struct network *oldest(struct attempts *a)
{
    struct list_node *n = list_first(&a->order);

    return n ? CONTAINER_OF(n, struct network, in_order) : NULL;
}

static struct network *take_free(struct attempts *a)
{
    struct list_node *n = list_first(&a->free);

    if (!n && a->made < ATTEMPTS_NETWORKS_MAX)
        return &a->networks[a->made++];
    if (!n) {
        forget(a, oldest(a));
        n = list_first(&a->free);
    }
    list_remove(n);
    return CONTAINER_OF(n, struct network, in_order);
}

static struct network *remember(struct attempts *a, const char *peer)
{
    struct network *n = take_free(a);

    memset(n, 0, sizeof *n);
    prefix_of(peer, n->prefix);
    list_append(&a->buckets[bucket_of(a, n->prefix)], &n->in_bucket);
    list_append(&a->order, &n->in_order);
    a->len++;
    return n;
}

static void forget_quiet_ones(struct attempts *a, uint64_t now)
{
    struct network *n;

    while ((n = oldest(a)) && now - n->last_ms >= ATTEMPTS_FORGET_MS)
        forget(a, n);
}

/* Has the ring a failure in each place, all within the window? */
static bool is_over_the_limit(const struct network *n, uint64_t now)
{
    uint64_t first = n->recent_ms[n->recent_next];

    return first != 0 && now - first < ATTEMPTS_WINDOW_MS;
}

static void count_failure(struct network *n, uint64_t now)
{
    n->recent_ms[n->recent_next] = now;
    n->recent_next = (uint8_t)((n->recent_next + 1) % ATTEMPTS_FREE);
    n->last_ms = now;
    if (n->penalty_ms == 0 && !is_over_the_limit(n, now))
        return;
    n->penalty_ms = n->penalty_ms ? n->penalty_ms * 2 : ATTEMPTS_PENALTY_MS;
    if (n->penalty_ms > ATTEMPTS_LONGEST_MS)
        n->penalty_ms = ATTEMPTS_LONGEST_MS;
    n->until_ms = now + n->penalty_ms;
}

static bool is_flood(struct attempts *a, uint64_t now)
{
    if (now - a->second_ms >= 1000) {
        a->second_ms = now;
        a->in_second = 0;
    }
    if (a->in_second >= ATTEMPTS_PER_SECOND)
        return true;
    a->in_second++;
    return false;
}

enum err attempts_new(const struct clock *clock, struct random *random, struct attempts **out)
{
    struct attempts *a = mem_alloc(sizeof *a);

    if (!a)
        return ERR_NOMEM;
    a->networks = mem_alloc(ATTEMPTS_NETWORKS_MAX * sizeof *a->networks);
    if (!a->networks) {
        mem_free(a);
        return ERR_NOMEM;
    }
    a->clock = clock;
    random_fill(random, &a->seed, sizeof a->seed);
    list_init(&a->free);
    list_init(&a->order);
    for (size_t i = 0; i < BUCKETS; i++)
        list_init(&a->buckets[i]);
    *out = a;
    return OK;
}

void attempts_free(struct attempts *a)
{
    if (!a)
        return;
    mem_free(a->networks);
    mem_free(a);
}

bool attempts_admit(const struct attempts *a, const char *peer, uint64_t *retry_after_ms)
{
    const struct network *n = find(a, peer);
    uint64_t now = now_ms(a);

    *retry_after_ms = n && n->until_ms > now ? n->until_ms - now : 0;
    return *retry_after_ms == 0;
}

bool attempts_failed(struct attempts *a, const char *peer)
{
    uint64_t now = now_ms(a);
    bool flood = is_flood(a, now);
    struct network *n;

    forget_quiet_ones(a, now);
    n = find(a, peer);
    /* A flood from ever new addresses is not worth remembering. */
    if (!n && flood)
        return false;
    if (!n)
        n = remember(a, peer);
    count_failure(n, now);
    list_remove(&n->in_order);
    list_append(&a->order, &n->in_order);
    return !flood;
}

void attempts_succeeded(struct attempts *a, const char *peer)
{
    struct network *n = find(a, peer);

    if (n)
        forget(a, n);
}

size_t attempts_len(const struct attempts *a)
{
    return a->len;
}
