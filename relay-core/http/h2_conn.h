#ifndef HTTP_H2_CONN_H
#define HTTP_H2_CONN_H

#include "codec/h2_codec.h"
#include "http/exchange.h"
#include "loop/loop.h"
#include "net/stream.h"

/* One HTTP/2 connection in either role: joins a stream to an h2_codec and makes
 * an exchange of each HTTP/2 stream.  Writes once per turn of the loop.
 *
 * Life: open -> closing -> closed (freed); takes the stream over and closes it. */
struct h2_conn;

struct h2_conn_events {
    /* Server only; as http_server_conn's. */
    void (*on_request)(void *owner, struct exchange *x, const struct http_head *head, bool end);
    void (*on_ping_ack)(void *owner, uint64_t opaque);
    /* Any bytes from the peer: it is alive. */
    void (*on_heard)(void *owner);
    /* The peer said GOAWAY: it takes no more requests; those under way go on. */
    void (*on_goaway)(void *owner, uint32_t code);
    /* The connection ended or broke; only on_closed of the exchanges and then of
     * the connection come after it.  Not after h2_conn_close. */
    void (*on_lost)(void *owner, enum err why, const char *detail);
    void (*on_closed)(void *owner);
};

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
MUST_CHECK enum err h2_conn_ping(struct h2_conn *c, uint64_t opaque);
/* Graceful: GOAWAY in two steps one second apart, then close when no stream is left. */
void h2_conn_shutdown(struct h2_conn *c);
void h2_conn_close(struct h2_conn *c);
uint32_t h2_conn_open_streams(const struct h2_conn *c);

#endif
