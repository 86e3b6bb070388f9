#ifndef NET_PIPE_STREAM_H
#define NET_PIPE_STREAM_H

#include "loop/loop.h"
#include "net/stream.h"

/* Two connected in-memory streams for tests and simulations.  Bytes arrive in
 * pieces of at most `chunk` (at least 1, at most 16 KiB), so a test can replay
 * any input one byte at a time.  At most 1 MiB waits in each direction; more is
 * ERR_LIMIT.  stream_close at one end is ERR_EOF at the other after what was
 * written, stream_reset is ERR_IO at once; stream_peer is "pipe". */
MUST_CHECK enum err pipe_stream_pair(struct loop *l, size_t chunk, struct stream **a,
                                     struct stream **b);

#endif
