#ifndef NET_LOCAL_SOCKET_H
#define NET_LOCAL_SOCKET_H

#include "loop/loop.h"
#include "net/stream.h"

/* Streams between processes of one user on one machine: Unix domain sockets whose
 * file (0600, in a 0700 folder) says who may connect.
 *
 * Life: local_socket_listen -> on_accept ... -> local_socket_close (frees itself,
 *       removes the file). */
struct local_socket;

struct local_socket_events {
    /* The new stream has no owner yet: stream_own it here, or stream_close it. */
    void (*on_accept)(void *owner, struct stream *stream);
};

/* A file that nobody serves any more is replaced.  ERR_CONFLICT: somebody serves it;
 * ERR_LIMIT: the path is longer than a socket's may be (107 bytes); ERR_DENIED, ERR_IO. */
MUST_CHECK enum err local_socket_listen(struct loop *l, const char *path,
                                        const struct local_socket_events *events, void *owner,
                                        struct local_socket **out);
/* No event afterwards. */
void local_socket_close(struct local_socket *s);

/* Connected at once, on_open comes later.  ERR_NOT_FOUND: no such file; ERR_REFUSED: nobody
 * serves it; ERR_DENIED: another user's. */
MUST_CHECK enum err local_socket_connect(struct loop *l, const char *path, struct stream **out);

#endif
