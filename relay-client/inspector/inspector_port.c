#include "relay-client/inspector/inspector_port.h"

#include "base/container.h"
#include "base/mem.h"
#include "http/http_server_conn.h"
#include "net/tcp_listener.h"

#include <stdio.h>

struct connection {
    struct list_node in_port;
    struct inspector_port *port;   /* back-pointer */
    struct http_server_conn *http; /* owned */
};

void inspector_port_init(struct inspector_port *p, struct loop *l,
                         const struct inspector_port_events *events, void *owner)
{
    *p = (struct inspector_port){.loop = l, .events = events, .owner = owner};
    list_init(&p->connections);
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct connection *c = owner;

    c->port->events->on_request(c->port->owner, x, head, end);
}

static void on_closed(void *owner)
{
    struct connection *c = owner;
    struct inspector_port *p = c->port;

    list_remove(&c->in_port);
    p->connections_len--;
    mem_free(c);
    if (p->connections_len == 0)
        p->events->on_empty(p->owner);
}

static const struct http_server_conn_events conn_events = {
    .on_request = on_request,
    .on_closed = on_closed,
};

static enum err serve(struct inspector_port *p, struct stream *stream)
{
    static const struct http_server_conn_options options = {.scheme = "http"};
    struct connection *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->port = p;
    enum err rc = http_server_conn_open(p->loop, stream, &options, &conn_events, c, &c->http);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    list_append(&p->connections, &c->in_port);
    p->connections_len++;
    return OK;
}

static void on_accept(void *owner, struct stream *stream)
{
    struct inspector_port *p = owner;

    if (p->connections_len >= INSPECTOR_PORT_CONNECTIONS || serve(p, stream) != OK)
        stream_let_go(stream);
}

static const struct tcp_listener_events listener_events = {.on_accept = on_accept};

enum err inspector_port_listen(struct inspector_port *p, const char *address,
                               char detail[static 192])
{
    struct tcp_listener_options options = {.address = address};
    enum err rc = tcp_listener_open(p->loop, &options, &listener_events, p, &p->listener);

    if (rc != OK)
        snprintf(detail, 192, "%s", options.detail[0] ? options.detail : err_text(rc));
    return rc;
}

unsigned inspector_port_number(const struct inspector_port *p)
{
    return p->listener ? tcp_listener_port(p->listener) : 0;
}

bool inspector_port_is_empty(const struct inspector_port *p)
{
    return p->connections_len == 0;
}

void inspector_port_close(struct inspector_port *p)
{
    if (p->listener)
        tcp_listener_close(p->listener);
    p->listener = NULL;
    for (struct list_node *n = list_first(&p->connections); n;
         n = list_next(&p->connections, n))
        http_server_conn_close(CONTAINER_OF(n, struct connection, in_port)->http);
}
