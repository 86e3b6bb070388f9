#ifndef NET_SOCKET_HANDOVER_H
#define NET_SOCKET_HANDOVER_H

#include "base/err.h"
#include "base/span.h"

#include <sys/types.h>

/* Sockets on their way from one process to another of the same user, along with the bytes
 * of a Unix domain socket (SCM_RIGHTS, see unix(7)): the receiver gets copies of the
 * descriptors, the sender's stay open.  What queues at a listening socket meanwhile waits
 * for whoever accepts next.  All calls are synchronous. */

#define SOCKET_HANDOVER_MAX 4u

/* ERR_DENIED: not a connected AF_UNIX stream socket, or the process at the other end is
 * another user's.  Its id is that of whoever connected, or listened. */
MUST_CHECK enum err socket_handover_check_peer(int fd, pid_t *out);

/* All bytes and all sockets in one system call, never waiting: ERR_BUSY when the kernel has
 * no room for them, ERR_CLOSED when nobody is there any more.  `len` 1 at least. */
MUST_CHECK enum err socket_handover_send(int fd, struct span message, const int *sockets,
                                         size_t len);

/* Descriptors that were received, and are nobody else's.  Zeroed: none. */
struct socket_handover {
    int sockets[SOCKET_HANDOVER_MAX];
    size_t len;
};

/* What has come, at most `size` bytes; waits as long as the socket's SO_RCVTIMEO says, then
 * ERR_TIMEOUT.  Sockets that came along are added to `in`, close on exec.  ERR_EOF;
 * ERR_PROTOCOL: more of them than there is room for (none of these is kept). */
MUST_CHECK enum err socket_handover_receive(int fd, char *data, size_t size, size_t *len,
                                            struct socket_handover *in);
void socket_handover_fini(struct socket_handover *in);

#endif
