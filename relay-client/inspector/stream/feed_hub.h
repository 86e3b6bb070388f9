#ifndef CLIENT_INSPECTOR_STREAM_FEED_HUB_H
#define CLIENT_INSPECTOR_STREAM_FEED_HUB_H

#include "base/list.h"
#include "base/span.h"
#include "loop/deadline.h"
#include "relay-client/inspector/stream/feed_ring.h"

/* What is new, for every open page: Server-Sent Events of GET /api/stream.  The journal's
 * writer only takes a note; 50 ms later the rows are read on the reader's thread, once for
 * each distinct filter, and sent.  A page that reads slowly costs FEED_STREAM_QUEUE and one
 * batch, and no time of anybody else.
 *
 * Life: feed_hub_init -> feed_hub_open ... -> feed_hub_close (batches under way end later). */

#define FEED_HUB_STREAMS  16u
#define FEED_HUB_PAUSE_MS 50u
#define FEED_HUB_BEAT_MS  15000u
#define FEED_HUB_RUN      9u

struct inspector;
struct inspector_request;

struct feed_hub {
    struct inspector *inspector; /* back-pointer */
    struct feed_ring ring;
    struct list streams;
    size_t streams_len;
    char run[FEED_HUB_RUN]; /* of event ids: numbers of another run mean nothing */
    struct deadline tick, beat;
    uint64_t calls_window_ms;  /* the second that is counted began then (feed_call.h) */
    size_t calls_len;          /* told in it */
    struct deadline calls_due; /* set: some were not told */
    bool is_closed;
};

/* Watches the journal from here on. */
void feed_hub_init(struct feed_hub *h, struct inspector *i);
/* The route GET /api/stream. */
void feed_hub_open(struct inspector_request *r);
void feed_hub_publish(struct feed_hub *h, const char *type, struct span json);
bool feed_hub_has_streams(const struct feed_hub *h);
/* For streams: there is something to send to one of them. */
void feed_hub_wake(struct feed_hub *h);
void feed_hub_close(struct feed_hub *h);

#endif
