#ifndef NET_FAULT_STREAM_H
#define NET_FAULT_STREAM_H

#include "loop/loop.h"
#include "net/stream.h"

/* A stream for tests and simulations that passes everything through another
 * one, and misbehaves as planned. */
struct fault_plan {
    size_t chunk;             /* on_data brings at most this much; 0: as it comes */
    unsigned long fail_write; /* this stream_write fails with ERR_IO (1 = the next); 0: none */
    uint64_t cut_after;       /* after so many bytes read, on_end(ERR_IO); 0: never */
    bool stall;               /* writes are accepted and go nowhere: no on_drain */
};

/* `plan` is borrowed until on_closed and read anew at each step, so a test can
 * change its mind; fail_write is counted down in it.  What was held back by
 * `stall` leaves with the first write after it is off.  On success the new
 * stream owns `lower`, on failure the caller still does. */
MUST_CHECK enum err fault_stream_wrap(struct loop *l, struct stream *lower,
                                      struct fault_plan *plan, struct stream **out);

#endif
