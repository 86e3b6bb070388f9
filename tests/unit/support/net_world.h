/* Two connected peers over any kind of stream, in one process and on one loop. */
#ifndef TESTS_UNIT_SUPPORT_NET_WORLD_H
#define TESTS_UNIT_SUPPORT_NET_WORLD_H

#include "loop/loop.h"
#include "loop/worker.h"
#include "net/tcp_listener.h"
#include "net/tls/tls_context.h"
#include "unit/support/net_peer.h"

#include <stdbool.h>

/* Bits. NET_WORKER: handshakes on two threads. */
enum net_kind { NET_PLAIN = 0, NET_TCP = 1, NET_TLS = 2, NET_TLS12 = 4, NET_WORKER = 8 };

/* Every kind that makes sense, for loops over all of them. */
extern const unsigned net_world_kinds[];
#define NET_WORLD_KINDS 8u

struct net_world {
    struct loop *loop;
    unsigned kind;
    size_t chunk; /* of the pipe */
    struct worker *worker;
    struct tcp_listener *listener;
    struct tls_context *server_context, *client_context;
    const char *hostname;                       /* the client expects; "localhost" */
    struct stream *lower_client, *lower_server; /* below TLS; borrowed, may be gone */
    struct net_peer client, server;
    bool failed;        /* a stream could not be made: allocation failures */
    unsigned long live; /* blocks that were allocated before */
};

/* Loop and contexts; nothing is connected yet, so that hooks can be set. */
void net_world_open(struct net_world *w, unsigned kind);
/* Both streams are made; they open on the loop. */
void net_world_connect(struct net_world *w);
/* net_world_connect, and both have opened. */
void net_world_join(struct net_world *w);
/* Puts `side` on top of a raw stream, through TLS if that is the kind; on failure
 * the stream is closed. */
void net_world_seat(struct net_world *w, struct net_peer *side, struct stream *raw);
/* Turns the loop until both are closed (or were never made). */
void net_world_run(struct net_world *w);
/* Closes what is open, frees everything, and checks that nothing is left. */
void net_world_close(struct net_world *w);

#endif
