/* One end of a connection in a test: writes down everything that happens to it,
 * checks the order of events, and does what its hook wants in each of them. */
#ifndef TESTS_UNIT_SUPPORT_NET_PEER_H
#define TESTS_UNIT_SUPPORT_NET_PEER_H

#include "loop/defer.h"
#include "net/stream.h"

enum net_event { NET_NOTHING, NET_OPEN, NET_DATA, NET_DRAIN, NET_END, NET_CLOSED };

struct net_peer {
    struct stream *stream; /* NULL before net_peer_sit and after on_closed */
    struct loop *loop;
    int opened, drained, ended, closed;
    enum err end;
    char detail[160];
    char protocol[16];
    uint8_t *got; /* everything that was received */
    size_t got_len, got_cap;
    size_t largest; /* the largest piece */
    /* After the event was written down; may be NULL. */
    void (*hook)(struct net_peer *p, enum net_event event);
    void *context; /* of the hook */
};

/* Becomes the owner of `s`. */
void net_peer_sit(struct net_peer *p, struct loop *l, struct stream *s);
/* stream_close, if there still is one. */
void net_peer_close(struct net_peer *p);
/* Frees what was received; the stream must be gone. */
void net_peer_fini(struct net_peer *p);
/* Turns the loop until `*flag` is `count` or more. */
void net_peer_wait(struct net_peer *p, const int *flag, int count);
/* Turns the loop until `len` bytes have come. */
void net_peer_wait_bytes(struct net_peer *p, size_t len);
/* Writes a text; must succeed. */
void net_peer_say(struct net_peer *p, const char *text);

#endif
