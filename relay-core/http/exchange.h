#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "codec/http/http_head.h"

/* One end of an HTTP exchange: a message comes in, a message goes out.  The
 * server's end receives the request and sends the response, the client's end
 * the other way round; HTTP/1 and HTTP/2 look the same from here.
 *
 * Life:   open -> closing -> closed (freed).  The owner always ends it with
 *         exchange_close: after both messages are complete that only releases
 *         it, before it abandons the exchange (RST_STREAM, or the connection).
 * Events: on_head (a client: interim ones first), on_body, on_complete, on_drain;
 *         or on_abort at any time, after which nothing but on_closed comes.
 * Rules:  - No event is delivered from inside an exchange_* call.
 *         - After exchange_close, on_closed is the only event, once and last.
 *         - The exchange frees itself after on_closed. */
struct exchange;

/* Any may be NULL: not of interest. */
struct exchange_events {
    /* Not for a server's request: it comes with the exchange itself.  Borrowed.
     * `end`: no body follows; on_complete comes in any case. */
    void (*on_head)(void *owner, const struct http_head *head, bool end);
    void (*on_body)(void *owner, const uint8_t *data, size_t len);
    void (*on_complete)(void *owner);
    /* What was sent has left: send more. */
    void (*on_drain)(void *owner);
    /* The peer or the connection gave up: ERR_CANCELLED and ERR_IO are the peer's words
     * (exchange_close_because), a connection that breaks is ERR_EOF over HTTP/2.
     * `detail` for people, borrowed. */
    void (*on_abort)(void *owner, enum err why, const char *detail);
    void (*on_closed)(void *owner);
};

/* `events` NULL: nobody listens (until the next exchange_own). */
void exchange_own(struct exchange *x, const struct exchange_events *events, void *owner);

/* `end`: no body.  Interim responses (status < 200) may come before the final one.
 * ERR_CLOSED when the exchange is over, ERR_SYNTAX when the head cannot be sent. */
MUST_CHECK enum err exchange_send_head(struct exchange *x, const struct http_head *head,
                                       bool end);
/* Copies; all or nothing. */
MUST_CHECK enum err exchange_send_body(struct exchange *x, const void *data, size_t len);
MUST_CHECK enum err exchange_send_end(struct exchange *x);

/* Bytes sent but not yet passed down.  Producers stop above EXCHANGE_HIGH_WATER and
 * go on at on_drain. */
size_t exchange_queued(const struct exchange *x);
#define EXCHANGE_HIGH_WATER ((size_t)256 * 1024)

/* Stop and go on with on_body (and on_complete); backpressure reaches the peer. */
void exchange_pause(struct exchange *x);
void exchange_resume(struct exchange *x);

void exchange_close(struct exchange *x);
/* Close, and tell the peer of an unfinished HTTP/2 stream why: ERR_CANCELLED (the same as
 * exchange_close) it hears as ERR_CANCELLED, anything else as ERR_IO. */
void exchange_close_because(struct exchange *x, enum err why);
/* Close, and nobody listens any more: the owner may go at once.  NULL is legal. */
void exchange_let_go(struct exchange *x);

/* The remote address of the connection, "" if there is none. */
const char *exchange_peer(const struct exchange *x);
/* Another address than the connection's: of whom the other end of it speaks for.  Copied,
 * and cut at EXCHANGE_PEER_MAX - 1. */
#define EXCHANGE_PEER_MAX 46u /* INET6_ADDRSTRLEN */
void exchange_set_peer(struct exchange *x, struct span address);

#endif
