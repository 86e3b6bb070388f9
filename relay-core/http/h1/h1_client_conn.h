#ifndef HTTP_H1_CLIENT_CONN_H
#define HTTP_H1_CLIENT_CONN_H

#include "http/exchange.h"
#include "loop/loop.h"
#include "net/stream.h"

/* The client's side of one HTTP/1.1 connection: one exchange at a time, kept
 * alive between them.  No deadlines: the owner of the exchange has its own.
 *
 * Life:   open -> closing -> closed (freed); takes an open stream over.  It closes by
 *         itself as soon as it is not usable and no exchange needs it.
 * Aborts: ERR_PROTOCOL an answer that breaks the rules, more than 8 interim heads, an
 *         unasked 101; ERR_EOF, or what the stream says, when the connection ends
 *         before the answer does; ERR_CLOSED by h1_client_conn_close.
 * A server that answers without reading the whole request is in its rights: what it
 * does not read is dropped, its answer goes to the owner. */
struct h1_client_conn;

#define H1_CLIENT_INTERIMS_MAX 8u

struct h1_client_conn_events {
    /* The exchange is over and the connection may carry another. */
    void (*on_idle)(void *owner);
    /* Not usable any more (peer closed, or the message said so). */
    void (*on_closed)(void *owner);
};

MUST_CHECK enum err h1_client_conn_open(struct loop *l, struct stream *stream,
                                        const struct h1_client_conn_events *events, void *owner,
                                        struct h1_client_conn **out);
/* ERR_BUSY while an exchange is under way (until its on_closed), ERR_CLOSED when it is not
 * usable, ERR_SYNTAX for a head that cannot be sent.  The answer is held to the same strict
 * grammar as requests; a malformed one aborts with ERR_PROTOCOL and a detail. */
MUST_CHECK enum err h1_client_conn_request(struct h1_client_conn *c,
                                           const struct http_head *head, bool end,
                                           const struct exchange_events *events, void *owner,
                                           struct exchange **out);
/* False once the peer closed or said so. */
bool h1_client_conn_is_usable(const struct h1_client_conn *c);
/* Had a byte of the answer to the present request come?  If not, the server may not have
 * seen the request: ask in on_abort, before deciding to try again. */
bool h1_client_conn_has_answer(const struct h1_client_conn *c);
void h1_client_conn_close(struct h1_client_conn *c);

#endif
