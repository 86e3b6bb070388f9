#include "relay-client/agent/local_port.h"

#include "base/container.h"
#include "base/mem.h"
#include "http/http_server_conn.h"
#include "net/local_socket.h"

#include <stdio.h>

struct local_connection {
    struct list_node in_port;
    struct local_port *port;       /* back-pointer */
    struct http_server_conn *http; /* owned */
};

void local_port_init(struct local_port *p, struct loop *l,
                     const struct local_port_events *events, void *owner)
{
    *p = (struct local_port){.loop = l, .events = events, .owner = owner};
    list_init(&p->connections);
}

bool local_port_is_empty(const struct local_port *p)
{
    return list_is_empty(&p->connections);
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct local_connection *c = owner;

    (void)end; /* on_complete comes in any case */
    c->port->events->on_request(c->port->owner, x, head);
}

static void on_closed(void *owner)
{
    struct local_connection *c = owner;
    struct local_port *p = c->port;

    list_remove(&c->in_port);
    mem_free(c);
    if (local_port_is_empty(p))
        p->events->on_empty(p->owner);
}

static const struct http_server_conn_events conn_events = {
    .on_request = on_request,
    .on_closed = on_closed,
};

enum err local_port_serve(struct local_port *p, struct stream *stream)
{
    static const struct http_server_conn_options options = {.scheme = "http"};
    struct local_connection *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->port = p;
    enum err rc = http_server_conn_open(p->loop, stream, &options, &conn_events, c, &c->http);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    list_append(&p->connections, &c->in_port);
    return OK;
}

static void on_accept(void *owner, struct stream *stream)
{
    if (local_port_serve(owner, stream) != OK)
        stream_let_go(stream);
}

static const struct local_socket_events socket_events = {.on_accept = on_accept};

enum err local_port_listen(struct local_port *p, const char *path, char detail[static 256])
{
    enum err rc = local_socket_listen(p->loop, path, &socket_events, p, &p->socket);

    if (rc == ERR_LIMIT)
        snprintf(detail, 256,
                 "the path of the control socket is too long for a socket (at most 107 bytes): "
                 "choose a shorter --data");
    else if (rc == ERR_CONFLICT)
        snprintf(detail, 256,
                 "another agent runs here already (it serves %s): end it, or choose "
                 "another --data",
                 path);
    else if (rc != OK)
        snprintf(detail, 256, "control socket %s: %s", path, err_text(rc));
    return rc;
}

static void end_all(struct local_port *p, void (*end)(struct http_server_conn *))
{
    if (p->socket)
        local_socket_close(p->socket);
    p->socket = NULL;
    for (struct list_node *n = list_first(&p->connections); n;
         n = list_next(&p->connections, n))
        end(CONTAINER_OF(n, struct local_connection, in_port)->http);
}

void local_port_shutdown(struct local_port *p)
{
    end_all(p, http_server_conn_shutdown);
}

void local_port_cut(struct local_port *p)
{
    end_all(p, http_server_conn_close);
}
