#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static void system_fill(struct random *r, void *out, size_t len)
{
    uint8_t *at = out;

    (void)r;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort();
        at += got;
        len -= (size_t)got;
    }
}

struct random *random_system(void)
{
    static struct random random = {system_fill};

    return &random;
}

/* SplitMix64: a counter in steps of the golden ratio, then a mixer in which every
 * bit of the counter reaches every bit of the result. */
static uint64_t seeded_next(struct random_seeded *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void seeded_fill(struct random *r, void *out, size_t len)
{
    struct random_seeded *seeded = (struct random_seeded *)r; /* its first member */
    uint8_t *at = out;

    while (len > 0) {
        uint64_t value = seeded_next(seeded);
        size_t part = len < sizeof(value) ? len : sizeof(value);

        memcpy(at, &value, part);
        at += part;
        len -= part;
    }
}

void random_seeded_init(struct random_seeded *r, uint64_t seed)
{
    *r = (struct random_seeded){.base = {seeded_fill}, .state = seed};
}

void random_fill(struct random *r, void *out, size_t len)
{
    r->fill(r, out, len);
}

uint64_t random_below(struct random *r, uint64_t bound)
{
    uint64_t value;

    assert(bound >= 1);
    /* The lowest 2^64 mod bound values would make some results likelier. */
    uint64_t uneven = (0 - bound) % bound;
    do
        random_fill(r, &value, sizeof(value));
    while (value < uneven);
    return value % bound;
}
