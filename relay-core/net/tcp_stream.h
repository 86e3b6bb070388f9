#ifndef NET_TCP_STREAM_H
#define NET_TCP_STREAM_H

#include "loop/loop.h"
#include "net/stream.h"

struct sockaddr;
struct uv_stream_s;

/* A stream over TCP; TCP_NODELAY on.  Writes of one turn are corked into one
 * system call.  At most 8 MiB wait for the kernel; more is ERR_LIMIT.
 *
 * When the peer is gone while we write, what it had said before is still
 * delivered; then comes on_end(ERR_IO), never ERR_EOF. */

/* Takes the next connection of `listener`, from its connection callback only. */
MUST_CHECK enum err tcp_stream_accept(struct loop *l, struct uv_stream_s *listener,
                                      struct stream **out);
/* Opens later: on_open, or on_end with ERR_REFUSED, ERR_TIMEOUT, ERR_IO.  The
 * same errors are returned when the kernel knows at once. */
MUST_CHECK enum err tcp_stream_connect(struct loop *l, const struct sockaddr *address,
                                       struct stream **out);
/* A connected stream socket of any family; the stream's own on success only. */
MUST_CHECK enum err tcp_stream_adopt(struct loop *l, int fd, struct stream **out);
/* Of the socket, borrowed until stream_close; -1: `s` is no stream of this file, or has none
 * (any more). */
int tcp_stream_descriptor(const struct stream *s);

#endif
