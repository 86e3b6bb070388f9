#ifndef HTTP_HTTP_SERVER_CONN_H
#define HTTP_HTTP_SERVER_CONN_H

#include "http/exchange.h"
#include "loop/loop.h"
#include "net/stream.h"

/* The server's side of one connection: HTTP/2 when ALPN chose "h2" (or the
 * options say so), else HTTP/1.1 and 1.0.
 *
 * Life:   open -> closing -> closed (freed).  It takes the stream over at open
 *         and closes it; on failure the stream stays the caller's.  A TLS stream must be
 *         open by then: only so is it known what ALPN chose.
 * Events: on_request any number of times; on_closed once and last, after the
 *         on_closed of its exchanges.
 * It answers by itself, and closes: malformed requests (400, 414, 417, 431, 501, 505 as
 * problem+json), a head not complete within 5 s (408; nothing if not even one byte came),
 * a body slower than 512 bytes/s after 5 s (408), and idle connections after 75 s.  A
 * client that closes, or half-closes, before its answer is complete has given up:
 * ERR_EOF.  One that takes nothing of it for 10 s: ERR_TIMEOUT. */
struct http_server_conn;

struct http_server_conn_events {
    /* Take the exchange with exchange_own inside this call.  `head` is borrowed,
     * `end` says that the request has no body. */
    void (*on_request)(void *owner, struct exchange *x, const struct http_head *head, bool end);
    void (*on_closed)(void *owner);
};

struct http_server_conn_options {
    const char *scheme;         /* of all requests, "https" or "http", whatever an HTTP/2
                                 * client says; borrowed until on_closed */
    uint32_t streams_max;       /* HTTP/2; 0 = 100 */
    bool http2;                 /* speak HTTP/2 without ALPN (the link) */
    uint32_t stream_window;     /* HTTP/2; 0 = 256 KiB */
    uint32_t connection_window; /* 0 = 1 MiB */
};

MUST_CHECK enum err http_server_conn_open(struct loop *l, struct stream *stream,
                                          const struct http_server_conn_options *options,
                                          const struct http_server_conn_events *events,
                                          void *owner, struct http_server_conn **out);

/* Ends gracefully: what is under way finishes, nothing new begins (HTTP/2: GOAWAY
 * in two steps, HTTP/1: Connection: close), then on_closed. */
void http_server_conn_shutdown(struct http_server_conn *c);
/* The same for who has somebody to pass late requests to: an HTTP/1 connection without a
 * request under way is not closed in the face of one that is on its way, but for 5 s takes
 * one more, whose answer says Connection: close. */
void http_server_conn_retire(struct http_server_conn *c);
/* Ends at once; exchanges are aborted. */
void http_server_conn_close(struct http_server_conn *c);

bool http_server_conn_is_h2(const struct http_server_conn *c);

/* Inside on_request, HTTP/1.1 only: answers 101 with `head`, gives up the stream
 * (*out, owned by the caller from now on, no events until stream_own) and closes
 * itself and `x` (their on_closed come).  ERR_PROTOCOL when the client already
 * sent more than the request, ERR_UNSUPPORTED over HTTP/2. */
MUST_CHECK enum err http_server_conn_upgrade(struct http_server_conn *c, struct exchange *x,
                                             const struct http_head *head, struct stream **out);

#endif
