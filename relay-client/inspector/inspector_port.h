#ifndef CLIENT_INSPECTOR_INSPECTOR_PORT_H
#define CLIENT_INSPECTOR_INSPECTOR_PORT_H

#include "base/list.h"
#include "http/exchange.h"
#include "loop/loop.h"

/* The listening socket of the inspector and its connections (HTTP/1.1).
 *
 * Life: inspector_port_init -> inspector_port_listen -> on_request ... ->
 *       inspector_port_close -> on_empty once the last connection is gone, never inside. */

#define INSPECTOR_PORT_CONNECTIONS 128u /* one more is closed */

struct inspector_port_events {
    /* As http_server_conn's. */
    void (*on_request)(void *owner, struct exchange *x, const struct http_head *head, bool end);
    void (*on_empty)(void *owner);
};

struct inspector_port {
    struct loop *loop;             /* borrowed */
    struct tcp_listener *listener; /* owned; NULL: none */
    struct list connections;
    size_t connections_len;
    const struct inspector_port_events *events;
    void *owner;
};

void inspector_port_init(struct inspector_port *p, struct loop *l,
                         const struct inspector_port_events *events, void *owner);
/* "127.0.0.1:4649"; errors and detail as tcp_listener_open's. */
MUST_CHECK enum err inspector_port_listen(struct inspector_port *p, const char *address,
                                          char detail[static 192]);
unsigned inspector_port_number(const struct inspector_port *p);
bool inspector_port_is_empty(const struct inspector_port *p);
/* Cuts everything. */
void inspector_port_close(struct inspector_port *p);

#endif
