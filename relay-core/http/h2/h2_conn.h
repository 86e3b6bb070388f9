#ifndef HTTP_H2_CONN_H
#define HTTP_H2_CONN_H

#include "codec/h2/h2_codec.h"
#include "http/exchange.h"
#include "loop/loop.h"
#include "net/stream.h"

/* One HTTP/2 connection in either role: joins a stream to an h2_codec and makes
 * an exchange of each HTTP/2 stream.  Writes once per turn of the loop.
 *
 * Life:   open -> closing -> closed (freed); takes the stream over and closes it.
 * Limits: those of h2_codec.h; a stream that the peer keeps stalled for 10 s is
 *         reset, a transport that takes nothing for 10 s ends the connection.
 *         Unless h2_conn_keep_idle, a server waits 5 s for preface and SETTINGS and
 *         75 s for something to do (then GOAWAY), and a request's body must bring
 *         512 bytes/s after 5 s (else 408).  At a server twice streams_max exchanges
 *         may live, for those that the peer gave up still keep their owners busy; at a
 *         client streams_max, answers that are complete and not yet taken included, so
 *         that streams_max * stream_window is all the window that can be held up.
 * Memory: the codec's, connection_window of paused bodies, and 84 KiB while it
 *         writes; 16 KiB when idle. */
struct h2_conn;

struct h2_conn_events {
    /* Server only; as http_server_conn's. */
    void (*on_request)(void *owner, struct exchange *x, const struct http_head *head, bool end);
    void (*on_ping_ack)(void *owner, uint64_t opaque); /* may be NULL */
    /* Any bytes from the peer: it is alive.  May be NULL. */
    void (*on_heard)(void *owner);
    /* The peer said GOAWAY: it takes no more requests; those under way go on.  `code` is
     * RFC 9113's; H2_TAKEOVER: h2_conn_replace.  May be NULL. */
    void (*on_goaway)(void *owner, uint32_t code);
    /* The connection ended or broke, its exchanges have been aborted; only on_closed
     * of the exchanges (their owners close them) and then of the connection come
     * after it.  Not after h2_conn_close, nor for the good end of h2_conn_shutdown. */
    void (*on_lost)(void *owner, enum err why, const char *detail);
    void (*on_closed)(void *owner);
};

/* The stream may still be opening.  On failure it stays the caller's, untouched. */
MUST_CHECK enum err h2_conn_open(struct loop *l, struct stream *stream,
                                 const struct h2_options *options,
                                 const struct h2_conn_events *events, void *owner,
                                 struct h2_conn **out);
/* Bytes of the connection that were received before it was opened (behind the head
 * that upgraded it).  Right after h2_conn_open only; events come later. Copies. */
MUST_CHECK enum err h2_conn_feed_early(struct h2_conn *c, const void *data, size_t len);
/* Client: a new exchange.  ERR_BUSY at the limit of streams, ERR_CLOSED after GOAWAY. */
MUST_CHECK enum err h2_conn_request(struct h2_conn *c, const struct http_head *head, bool end,
                                    const struct exchange_events *events, void *owner,
                                    struct exchange **out);
/* No limit on idleness and slow bodies: somebody else watches whether the peer lives. */
void h2_conn_keep_idle(struct h2_conn *c);
MUST_CHECK enum err h2_conn_ping(struct h2_conn *c, uint64_t opaque);
/* Graceful: GOAWAY in two steps one second apart, then close when no stream is left.
 * No h2_conn_request from now on. */
void h2_conn_shutdown(struct h2_conn *c);
/* Client; the same with one GOAWAY(H2_TAKEOVER): somebody else is the peer's partner now. */
void h2_conn_replace(struct h2_conn *c);
/* At once: unfinished exchanges are aborted, and their owners close them. */
void h2_conn_close(struct h2_conn *c);
/* As if the connection broke: exchanges are aborted, on_lost, on_closed, all later. */
void h2_conn_break(struct h2_conn *c, enum err why, const char *detail);
uint32_t h2_conn_open_streams(const struct h2_conn *c);

#endif
