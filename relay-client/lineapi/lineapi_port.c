#include "relay-client/lineapi/lineapi_port.h"

#include "base/container.h"
#include "base/mem.h"
#include "http/http_server_conn.h"
#include "net/tcp_listener.h"
#include "relay-client/lineapi/lineapi_hello.h"

#include <stdio.h>

struct connection {
    struct list_node in_port;
    struct lineapi_port *port;     /* back-pointer */
    struct http_server_conn *http; /* owned */
};

void lineapi_port_init(struct lineapi_port *p, struct loop *l,
                       const struct lineapi_port_events *events, void *owner)
{
    *p = (struct lineapi_port){.loop = l, .events = events, .owner = owner};
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
    struct lineapi_port *p = c->port;

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

static void on_tls(void *owner)
{
    struct lineapi_port *p = owner;

    p->events->on_tls(p->owner);
}

static enum err open_connection(struct connection *c, struct stream *stream)
{
    static const struct http_server_conn_options options = {.scheme = "http"};

    return http_server_conn_open(c->port->loop, stream, &options, &conn_events, c, &c->http);
}

enum err lineapi_port_serve(struct lineapi_port *p, struct stream *stream)
{
    struct stream *hello = NULL;

    if (p->is_closed)
        return ERR_CLOSED;
    if (p->connections_len >= LINEAPI_PORT_CONNECTIONS)
        return ERR_BUSY;
    struct connection *c = mem_alloc(sizeof *c);
    if (!c)
        return ERR_NOMEM;
    c->port = p;
    enum err rc = lineapi_hello_open(stream, on_tls, p, &hello);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    if (open_connection(c, hello) != OK) {
        stream_let_go(hello); /* and with it the one below, which was taken over */
        mem_free(c);
        return OK;
    }
    list_append(&p->connections, &c->in_port);
    p->connections_len++;
    return OK;
}

static void on_accept(void *owner, struct stream *stream)
{
    struct lineapi_port *p = owner;

    if (lineapi_port_serve(p, stream) != OK)
        stream_let_go(stream);
}

static const struct tcp_listener_events listener_events = {.on_accept = on_accept};

enum err lineapi_port_listen(struct lineapi_port *p, const char *address,
                             char detail[static 192])
{
    struct tcp_listener_options options = {.address = address};
    enum err rc = tcp_listener_open(p->loop, &options, &listener_events, p, &p->listener);

    if (rc != OK)
        snprintf(detail, 192, "%s", options.detail[0] ? options.detail : err_text(rc));
    return rc;
}

unsigned lineapi_port_number(const struct lineapi_port *p)
{
    return p->listener ? tcp_listener_port(p->listener) : 0;
}

bool lineapi_port_is_empty(const struct lineapi_port *p)
{
    return p->connections_len == 0;
}

void lineapi_port_close(struct lineapi_port *p)
{
    p->is_closed = true;
    if (p->listener)
        tcp_listener_close(p->listener);
    p->listener = NULL;
    for (struct list_node *n = list_first(&p->connections); n;
         n = list_next(&p->connections, n))
        http_server_conn_close(CONTAINER_OF(n, struct connection, in_port)->http);
}
