#ifndef NET_TCP_LISTENER_H
#define NET_TCP_LISTENER_H

#include "loop/loop.h"
#include "net/stream.h"

/* A listening TCP socket.
 *
 * Life: tcp_listener_open -> on_accept ... -> tcp_listener_close (frees itself).
 * When the process is out of file descriptors it keeps one in reserve: accepts
 * and closes, so that the backlog does not spin the loop. */
struct tcp_listener;

struct tcp_listener_events {
    /* The new stream has no owner yet: stream_own it here, or stream_close it. */
    void (*on_accept)(void *owner, struct stream *stream);
};

struct tcp_listener_options {
    /* As people write it: "0.0.0.0:443", "[::]:443", ":443" (every address, both
     * families), "127.0.0.1:0". */
    const char *address;
    /* Above 0: this socket instead, which listens already (socket_handover.h, systemd); the
     * listener makes a copy of it.  `address` is not looked at. */
    int fd;
    int backlog; /* 0 = 511 */
    /* When opening fails: what happened and what to do (port in use by another
     * program, no permission for ports below 1024, not an address of this machine). */
    char detail[192];
};

/* ERR_CONFLICT port in use, ERR_DENIED, ERR_CONFIG bad address or descriptor, ERR_IO,
 * ERR_NOMEM. */
MUST_CHECK enum err tcp_listener_open(struct loop *l, struct tcp_listener_options *options,
                                      const struct tcp_listener_events *events, void *owner,
                                      struct tcp_listener **out);
/* The port in use: the kernel's choice when 0 was asked for. */
unsigned tcp_listener_port(const struct tcp_listener *t);
/* Of the socket, to be passed to another process; borrowed. */
int tcp_listener_descriptor(const struct tcp_listener *t);
/* No event afterwards. */
void tcp_listener_close(struct tcp_listener *t);

#endif
