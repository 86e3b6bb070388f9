#ifndef CLIENT_INSPECTOR_STREAM_FEED_RING_H
#define CLIENT_INSPECTOR_STREAM_FEED_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The last changes of the journal, numbered from 1 in the order in which they came: what a
 * page needs to go on where it broke off.  Zeroed is empty. */

#define FEED_RING_LEN 4096u

struct feed_ring {
    uint64_t ids[FEED_RING_LEN]; /* of exchanges */
    uint64_t head;               /* number of the last change; 0: none */
};

void feed_ring_add(struct feed_ring *r, uint64_t id);
/* Everything behind change `seq` is still known. */
bool feed_ring_knows(const struct feed_ring *r, uint64_t seq);
/* The exchanges that changed behind `seq`, which must be known: ascending, each once. */
size_t feed_ring_since(const struct feed_ring *r, uint64_t seq,
                       uint64_t out[static FEED_RING_LEN]);

#endif
