#include "relay-client/inspector/stream/feed_ring.h"

#include <stdlib.h>

void feed_ring_add(struct feed_ring *r, uint64_t id)
{
    r->head++;
    r->ids[r->head % FEED_RING_LEN] = id;
}

bool feed_ring_knows(const struct feed_ring *r, uint64_t seq)
{
    return seq <= r->head && r->head - seq <= FEED_RING_LEN;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

size_t feed_ring_since(const struct feed_ring *r, uint64_t seq,
                       uint64_t out[static FEED_RING_LEN])
{
    size_t len = 0, unique = 0;

    for (uint64_t at = seq + 1; at <= r->head; at++)
        out[len++] = r->ids[at % FEED_RING_LEN];
    qsort(out, len, sizeof *out, compare);
    for (size_t i = 0; i < len; i++)
        if (unique == 0 || out[unique - 1] != out[i])
            out[unique++] = out[i];
    return unique;
}
