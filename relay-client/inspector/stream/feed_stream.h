#ifndef CLIENT_INSPECTOR_STREAM_FEED_STREAM_H
#define CLIENT_INSPECTOR_STREAM_FEED_STREAM_H

#include "base/list.h"
#include "base/span.h"
#include "http/exchange.h"

#include <stdint.h>

/* One page that listens.  It frees itself when the page goes, or by feed_stream_close. */

#define FEED_STREAM_QUEUE ((size_t)256 * 1024) /* not read so far: then it gets no more */
#define FEED_STREAM_ROWS  200u                 /* in a second */

struct feed_hub;
struct feed_batch;

struct feed_stream {
    struct list_node in_hub;
    struct feed_hub *hub;           /* back-pointer */
    struct exchange *x;             /* owned */
    char *filter;                   /* owned */
    uint64_t seq;                   /* the last change that it knows of */
    uint64_t window_ms;             /* the second that is counted began then */
    size_t rows;                    /* sent in it */
    bool is_stalled;                /* nothing is sent before on_drain */
    bool is_broken;                 /* to be closed */
    bool has_missed;                /* an event that was for everybody */
    const struct feed_batch *batch; /* what is read for it; borrowed; NULL: nothing */
};

/* Takes `x` over.  ERR_NOMEM: it is let go. */
MUST_CHECK enum err feed_stream_open(struct feed_hub *hub, struct exchange *x,
                                     const char *filter, struct feed_stream **out);
void feed_stream_close(struct feed_stream *s);
/* False: the page does not read, nothing was sent. */
bool feed_stream_may_send(struct feed_stream *s);
/* Events as they are; a stream that cannot take them is closed soon. */
void feed_stream_send(struct feed_stream *s, struct span frames);
/* One event; `json` is one line.  `has_id`: it brings the page up to s->seq. */
void feed_stream_event(struct feed_stream *s, const char *type, struct span json, bool has_id);
/* `more` {n}; from here on it knows everything. */
void feed_stream_more(struct feed_stream *s, uint64_t n);

#endif
