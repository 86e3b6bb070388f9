/* A connection's way through the public port:
 *   1. the listener accepts a TCP stream; a TLS stream is put on top of it
 *   2. the handshake runs on the worker threads, for at most 5 s
 *   3. on_open: an HTTP connection takes the stream over; ALPN says which protocol
 *   4. each of its requests is passed to the owner
 *   5. on_closed of the HTTP connection frees ours
 * What can go wrong:
 *   - the handshake fails or takes too long: the stream is closed, nothing logged
 *     above debug (scanners do this all day)
 *   - too many connections: the new one is closed at once
 *   - shutdown in any of these states: see end_connection */
#include "relay-server/ingress/ingress.h"

#include "base/container.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/tcp_listener.h"
#include "net/tls/tls_stream.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum ingress_state { INGRESS_OPEN, INGRESS_RETIRING, INGRESS_DRAINING, INGRESS_CLOSING };

struct ingress {
    struct loop *loop;
    struct tcp_listener *listener; /* owned, NULL while paused and once closed */
    int paused_fd;                 /* owned, the listening socket while paused; else 0 */
    struct tls_context *tls;       /* counted */
    struct list connections;
    size_t connections_len, connections_max;
    const struct ingress_events *events;
    void *owner;
    struct defer_task closed_task;
    enum ingress_state state;
};

struct connection {
    struct list_node in_ingress;
    struct ingress *ingress;       /* back-pointer */
    struct stream *stream;         /* owned until step 3 */
    struct http_server_conn *http; /* owned from step 3 on */
    char *server_name;             /* owned */
    struct deadline handshake;
};

static void on_all_closed(struct defer_task *task)
{
    struct ingress *in = CONTAINER_OF(task, struct ingress, closed_task);

    tls_context_put(in->tls);
    in->events->on_closed(in->owner);
    mem_free(in);
}

static void report_when_empty(struct ingress *in)
{
    if (in->state != INGRESS_OPEN && in->connections_len == 0)
        defer_post(in->loop, &in->closed_task, on_all_closed);
}

static void free_connection(struct connection *c)
{
    struct ingress *in = c->ingress;

    deadline_clear(in->loop, &c->handshake);
    list_remove(&c->in_ingress);
    in->connections_len--;
    mem_free(c->server_name);
    mem_free(c);
    report_when_empty(in);
}

/* --- step 4 and 5: the HTTP connection --- */

static void on_http_request(void *owner, struct exchange *x, const struct http_head *head,
                            bool end)
{
    struct connection *c = owner;
    struct ingress_request request = {
        .conn = c->http,
        .exchange = x,
        .head = head,
        .server_name = c->server_name ? c->server_name : "",
        .end = end,
    };

    c->ingress->events->on_request(c->ingress->owner, &request);
}

static void on_http_closed(void *owner)
{
    free_connection(owner);
}

static const struct http_server_conn_events http_events = {
    .on_request = on_http_request,
    .on_closed = on_http_closed,
};

/* --- step 1 to 3: the stream --- */

static void on_open(void *owner)
{
    struct connection *c = owner;
    struct ingress *in = c->ingress;
    struct http_server_conn_options options = {.scheme = in->tls ? "https" : "http"};

    deadline_clear(in->loop, &c->handshake);
    const char *name = in->tls ? tls_stream_server_name(c->stream) : "";
    if (*name && !(c->server_name = mem_text(name, strlen(name)))) {
        stream_close(c->stream);
        return;
    }
    if (http_server_conn_open(in->loop, c->stream, &options, &http_events, c, &c->http) != OK) {
        stream_close(c->stream);
        return;
    }
    c->stream = NULL;
    if (in->state == INGRESS_RETIRING)
        http_server_conn_retire(c->http);
}

static void on_end(void *owner, enum err why)
{
    struct connection *c = owner;

    log_debug("ingress", "from=%s handshake failed: %s %s", stream_peer(c->stream),
              err_text(why), LOG_TEXT(span_text(stream_detail(c->stream))));
    stream_close(c->stream);
}

static void on_handshake_expired(struct deadline *d)
{
    struct connection *c = CONTAINER_OF(d, struct connection, handshake);

    log_debug("ingress", "from=%s handshake timed out", stream_peer(c->stream));
    stream_close(c->stream);
}

/* Bytes before step 3 belong to nobody: TLS delivers none before on_open, and a
 * plain stream changes hands inside on_open. */
static void on_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_drain(void *owner)
{
    (void)owner;
}

static void on_stream_closed(void *owner)
{
    free_connection(owner);
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_stream_closed,
};

static void on_accept(void *owner, struct stream *tcp)
{
    struct ingress *in = owner;
    struct connection *c = NULL;

    if (in->connections_len < in->connections_max)
        c = mem_alloc(sizeof *c);
    if (!c) {
        stream_close(tcp);
        return;
    }
    c->ingress = in;
    c->stream = tcp;
    list_append(&in->connections, &c->in_ingress);
    in->connections_len++;
    bool ok = !in->tls || tls_stream_wrap(in->loop, tcp, in->tls, NULL, &c->stream) == OK;
    stream_own(c->stream, &stream_events, c);
    if (!ok ||
        deadline_set(in->loop, &c->handshake, INGRESS_HANDSHAKE_MS, on_handshake_expired) != OK)
        stream_close(c->stream);
}

static const struct tcp_listener_events listener_events = {.on_accept = on_accept};

/* --- the port --- */

enum err ingress_open(struct loop *l, struct ingress_options *options,
                      const struct ingress_events *events, void *owner, struct ingress **out)
{
    struct tcp_listener_options listen = {.address = options->address, .fd = options->fd};
    struct ingress *in = mem_alloc(sizeof *in);

    if (!in)
        return ERR_NOMEM;
    in->loop = l;
    in->events = events;
    in->owner = owner;
    in->connections_max = options->connections_max;
    list_init(&in->connections);
    enum err rc = tcp_listener_open(l, &listen, &listener_events, in, &in->listener);
    if (rc != OK) {
        snprintf(options->detail, sizeof options->detail, "%s", listen.detail);
        mem_free(in);
        return rc;
    }
    in->tls = options->tls ? tls_context_get(options->tls) : NULL;
    *out = in;
    return OK;
}

unsigned ingress_port(const struct ingress *in)
{
    return in->listener ? tcp_listener_port(in->listener) : 0;
}

void ingress_set_tls(struct ingress *in, struct tls_context *tls)
{
    struct tls_context *old = in->tls;

    in->tls = tls_context_get(tls);
    tls_context_put(old);
}

int ingress_descriptor(const struct ingress *in)
{
    return in->listener ? tcp_listener_descriptor(in->listener) : 0;
}

enum err ingress_pause(struct ingress *in)
{
    if (!in->listener)
        return OK;
    int fd = fcntl(tcp_listener_descriptor(in->listener), F_DUPFD_CLOEXEC, 3);
    if (fd < 0)
        return ERR_LIMIT;
    in->paused_fd = fd;
    tcp_listener_close(in->listener);
    in->listener = NULL;
    return OK;
}

static void forget_paused(struct ingress *in)
{
    if (in->paused_fd > 0)
        (void)close(in->paused_fd);
    in->paused_fd = 0;
}

enum err ingress_resume(struct ingress *in)
{
    struct tcp_listener_options listen = {.fd = in->paused_fd};

    if (in->paused_fd == 0)
        return OK;
    enum err rc = tcp_listener_open(in->loop, &listen, &listener_events, in, &in->listener);
    if (rc == OK)
        forget_paused(in);
    return rc;
}

size_t ingress_connections(const struct ingress *in)
{
    return in->connections_len;
}

static void end_connection(struct connection *c, enum ingress_state how)
{
    if (how == INGRESS_RETIRING && c->stream)
        return; /* it has not said anything yet: on_open will see */
    if (c->stream)
        stream_close(c->stream);
    else if (how == INGRESS_RETIRING)
        http_server_conn_retire(c->http);
    else if (how == INGRESS_DRAINING)
        http_server_conn_shutdown(c->http);
    else
        http_server_conn_close(c->http);
}

static void end_all(struct ingress *in, enum ingress_state how)
{
    if (in->state >= how)
        return;
    in->state = how;
    if (in->listener)
        tcp_listener_close(in->listener);
    in->listener = NULL;
    forget_paused(in);
    for (struct list_node *n = list_first(&in->connections); n;
         n = list_next(&in->connections, n))
        end_connection(CONTAINER_OF(n, struct connection, in_ingress), how);
    report_when_empty(in);
}

void ingress_retire(struct ingress *in)
{
    end_all(in, INGRESS_RETIRING);
}

void ingress_shutdown(struct ingress *in)
{
    end_all(in, INGRESS_DRAINING);
}

void ingress_close(struct ingress *in)
{
    end_all(in, INGRESS_CLOSING);
}
