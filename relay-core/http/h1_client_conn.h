#ifndef HTTP_H1_CLIENT_CONN_H
#define HTTP_H1_CLIENT_CONN_H

#include "http/exchange.h"
#include "loop/loop.h"
#include "net/stream.h"

/* The client's side of one HTTP/1.1 connection: one exchange at a time, kept
 * alive between them.
 *
 * Life: open -> closing -> closed (freed); takes an open stream over. */
struct h1_client_conn;

struct h1_client_conn_events {
    /* The exchange is over and the connection may carry another. */
    void (*on_idle)(void *owner);
    /* Not usable any more (peer closed, or the message said so). */
    void (*on_closed)(void *owner);
};

MUST_CHECK enum err h1_client_conn_open(struct loop *l, struct stream *stream,
                                        const struct h1_client_conn_events *events,
                                        void *owner, struct h1_client_conn **out);
/* ERR_BUSY while an exchange is under way. The answer is held to the same strict
 * grammar as requests; a malformed one aborts with ERR_PROTOCOL and a detail. */
MUST_CHECK enum err h1_client_conn_request(struct h1_client_conn *c,
                                           const struct http_head *head, bool end,
                                           const struct exchange_events *events, void *owner,
                                           struct exchange **out);
/* False once the peer closed or said so. */
bool h1_client_conn_is_usable(const struct h1_client_conn *c);
void h1_client_conn_close(struct h1_client_conn *c);

#endif
