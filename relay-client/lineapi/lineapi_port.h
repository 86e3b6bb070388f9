#ifndef CLIENT_LINEAPI_PORT_H
#define CLIENT_LINEAPI_PORT_H

#include "base/list.h"
#include "http/exchange.h"
#include "loop/loop.h"
#include "net/stream.h"

/* The listening socket of the LINE API port and its connections (HTTP/1.1).
 *
 * Life: lineapi_port_init -> lineapi_port_listen -> on_request ... -> lineapi_port_close ->
 *       on_empty once the last connection is gone, never inside. */

#define LINEAPI_PORT_CONNECTIONS 1000u /* one more is closed */

struct lineapi_port_events {
    /* As http_server_conn's. */
    void (*on_request)(void *owner, struct exchange *x, const struct http_head *head, bool end);
    /* Somebody spoke TLS, and was hung up on. */
    void (*on_tls)(void *owner);
    void (*on_empty)(void *owner);
};

struct lineapi_port {
    struct loop *loop;             /* borrowed */
    struct tcp_listener *listener; /* owned; NULL: none */
    struct list connections;
    size_t connections_len;
    bool is_closed;
    const struct lineapi_port_events *events;
    void *owner;
};

void lineapi_port_init(struct lineapi_port *p, struct loop *l,
                       const struct lineapi_port_events *events, void *owner);
/* Errors and detail as tcp_listener_open's. */
MUST_CHECK enum err lineapi_port_listen(struct lineapi_port *p, const char *address,
                                        char detail[static 192]);
/* One that did not come by the socket, perhaps.  ERR_BUSY, ERR_CLOSED, ERR_NOMEM: it stays
 * the caller's.  OK: it is ours, and closed if memory has run out since. */
MUST_CHECK enum err lineapi_port_serve(struct lineapi_port *p, struct stream *stream);
unsigned lineapi_port_number(const struct lineapi_port *p);
bool lineapi_port_is_empty(const struct lineapi_port *p);
/* Cuts everything. */
void lineapi_port_close(struct lineapi_port *p);

#endif
