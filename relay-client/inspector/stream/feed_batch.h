#ifndef CLIENT_INSPECTOR_STREAM_FEED_BATCH_H
#define CLIENT_INSPECTOR_STREAM_FEED_BATCH_H

#include "relay-client/inspector/inspector_route.h"
#include "relay-client/inspector/stream/feed_hub.h"

/* What has changed for all pages of one filter that have come as far as each other: read on
 * the reader's thread, as events that are ready to be sent.
 *
 * Life: feed_batch_start -> on_done -> feed_batch_free; it holds the inspector. */

#define FEED_BATCH_IDS   200u
#define FEED_BATCH_BYTES ((size_t)1024 * 1024)

struct feed_batch {
    struct inspector_job job;
    struct feed_hub *hub; /* back-pointer */
    void (*on_done)(struct feed_batch *b, enum err rc);
    struct list_node in_making; /* the hub's, while it is gathered */
    char *filter;               /* owned */
    uint64_t from, upto;        /* changes */
    uint64_t ids[FEED_BATCH_IDS];
    size_t ids_len;
    bool is_found[FEED_BATCH_IDS];
    uint64_t now_ms;     /* wall clock, for the filter */
    struct bytes events; /* `row` and `gone`; the thread's own until on_done */
    size_t last_at;      /* where the last of them begins */
};

/* The ids are given by the caller: at most FEED_BATCH_IDS, ascending.  NULL: out of memory. */
struct feed_batch *feed_batch_new(struct feed_hub *hub, const char *filter);
MUST_CHECK enum err feed_batch_start(struct feed_batch *b,
                                     void (*on_done)(struct feed_batch *b, enum err rc));
void feed_batch_free(struct feed_batch *b);

#endif
