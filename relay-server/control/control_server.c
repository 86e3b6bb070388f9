/* 1. a local connection is accepted, an HTTP/1.1 connection takes it over
 * 2. a GET is answered at once; a POST when its body is there
 * What can go wrong:
 *   - an unknown path, a wrong method, a bad body: 404, 405, 413, 400
 *   - too many connections: the new one is closed
 *   - the server is closed: all connections are */
#include "relay-server/control/control_server.h"

#include "base/container.h"
#include "base/mem.h"
#include "codec/json/json_writer.h"
#include "http/http_server_conn.h"
#include "http/problem.h"
#include "net/local_socket.h"
#include "relay-server/control/control_inbox.h"
#include "relay-server/control/control_status.h"
#include "relay-server/problem_table.h"

#include <stdio.h>

struct control_server {
    struct relay_state *relay; /* borrowed until control_server_close */
    struct local_socket *local;
    void (*overview)(void *owner, struct control_overview *out);
    void *owner;
    struct list connections;
    size_t connections_len;
    bool is_closed;
};

struct connection {
    struct list_node in_server;
    struct control_server *server; /* back-pointer */
    struct http_server_conn *http; /* owned */
};

/* A request whose body is read. */
struct order {
    struct control_server *server; /* borrowed: outlives the exchange */
    struct exchange *exchange;     /* owned */
    enum control_change change;
    struct bytes body;
};

static const struct problem no_such_route = {
    .status = 404,
    .title = "Not found",
    .detail = "This socket knows GET /status, POST /inbox/retry and POST /inbox/drop.",
};

static const struct problem wrong_method = {
    .status = 405,
    .title = "Method not allowed",
    .detail = "GET /status; POST /inbox/retry and /inbox/drop.",
};

static const struct problem bad_order = {
    .status = 400,
    .title = "Bad request",
    .detail = "The body must be {\"seq\": NUMBER}, or {\"seq\": null} for all that are set "
              "aside.",
};

static const struct problem order_too_large = {
    .status = 413,
    .title = "The body is too large",
    .detail = "The body must be {\"seq\": NUMBER} or {\"seq\": null}.",
};

/* --- answers --- */

static enum err send_json(struct exchange *x, struct span json)
{
    struct http_head head;
    char length[24];

    (void)snprintf(length, sizeof length, "%zu", json.len);
    http_head_init_response(&head, 200);
    enum err rc = http_head_add(&head, SPAN("content-type"), SPAN("application/json"));
    if (rc == OK)
        rc = http_head_add(&head, SPAN("content-length"), span_text(length));
    if (rc == OK)
        rc = exchange_send_head(x, &head, false);
    if (rc == OK)
        rc = exchange_send_body(x, json.ptr, json.len);
    return rc == OK ? exchange_send_end(x) : rc;
}

/* Takes `x` over. */
static void answer(struct exchange *x, enum err rc, const struct bytes *json)
{
    if (rc == OK)
        rc = send_json(x, bytes_span(json));
    if (rc != OK)
        problem_refuse(x, &problem_out_of_memory);
    else
        exchange_let_go(x);
}

static void answer_status(struct control_server *c, struct exchange *x)
{
    struct control_overview overview;
    struct bytes json;

    c->overview(c->owner, &overview);
    bytes_init(&json, CONTROL_STATUS_MAX);
    answer(x, control_status_format(&json, c->relay, &overview), &json);
    bytes_fini(&json);
}

static void answer_changed(struct exchange *x, uint64_t changed)
{
    struct json_writer w;
    struct bytes json;

    bytes_init(&json, 256);
    json_writer_init(&w, &json);
    json_writer_object(&w);
    json_writer_member_u64(&w, "changed", changed);
    json_writer_object_end(&w);
    answer(x, json_writer_end(&w), &json);
    bytes_fini(&json);
}

/* --- orders --- */

static void order_free(struct order *o)
{
    bytes_fini(&o->body);
    mem_free(o);
}

static void refuse(struct order *o, const struct problem *why)
{
    problem_refuse(o->exchange, why);
    order_free(o);
}

static void on_complete(void *owner)
{
    struct order *o = owner;
    struct control_order order = {.change = o->change};
    uint64_t changed;
    enum err rc = control_inbox_parse(bytes_span(&o->body), &order);

    if (rc != OK || o->server->is_closed) {
        refuse(o, rc == ERR_NOMEM ? &problem_out_of_memory
                  : rc != OK      ? &bad_order
                                  : &problem_shutdown);
        return;
    }
    const struct problem *why = control_inbox_change(o->server->relay, &order, &changed);
    if (why) {
        refuse(o, why);
        return;
    }
    answer_changed(o->exchange, changed);
    order_free(o);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct order *o = owner;
    enum err rc = bytes_append(&o->body, data, len);

    if (rc != OK)
        refuse(o, rc == ERR_LIMIT ? &order_too_large : &problem_out_of_memory);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct order *o = owner;

    (void)why;
    (void)detail;
    exchange_let_go(o->exchange);
    order_free(o);
}

static const struct exchange_events exchange_events = {
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
};

static void read_order(struct control_server *c, struct exchange *x, enum control_change change)
{
    struct order *o = mem_alloc(sizeof *o);

    if (!o) {
        problem_refuse(x, &problem_out_of_memory);
        return;
    }
    o->server = c;
    o->exchange = x;
    o->change = change;
    bytes_init(&o->body, CONTROL_BODY_MAX);
    exchange_own(x, &exchange_events, o);
}

/* --- routes --- */

static void route(struct control_server *c, struct exchange *x, const struct http_head *head)
{
    bool is_post = span_is(head->method, SPAN("POST"));
    bool is_retry = span_is(head->target, SPAN("/inbox/retry"));
    bool is_drop = span_is(head->target, SPAN("/inbox/drop"));
    bool is_status = span_is(head->target, SPAN("/status"));

    if (!is_status && !is_retry && !is_drop)
        problem_refuse(x, &no_such_route);
    else if (is_status ? !span_is(head->method, SPAN("GET")) : !is_post)
        problem_refuse(x, &wrong_method);
    else if (is_status)
        answer_status(c, x);
    else
        read_order(c, x, is_retry ? CONTROL_RETRY : CONTROL_DROP);
}

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct connection *c = owner;

    (void)end;
    if (c->server->is_closed)
        problem_refuse(x, &problem_shutdown);
    else
        route(c->server, x, head);
}

/* --- connections --- */

static void free_when_over(struct control_server *c)
{
    if (c->is_closed && c->connections_len == 0)
        mem_free(c);
}

static void on_connection_closed(void *owner)
{
    struct connection *c = owner;
    struct control_server *server = c->server;

    list_remove(&c->in_server);
    server->connections_len--;
    mem_free(c);
    free_when_over(server);
}

static const struct http_server_conn_events connection_events = {
    .on_request = on_request,
    .on_closed = on_connection_closed,
};

static void on_accept(void *owner, struct stream *stream)
{
    static const struct http_server_conn_options options = {.scheme = "http"};
    struct control_server *server = owner;
    struct connection *c =
        server->connections_len < CONTROL_CONNECTIONS_MAX ? mem_alloc(sizeof *c) : NULL;

    if (!c) {
        stream_close(stream);
        return;
    }
    c->server = server;
    if (http_server_conn_open(server->relay->loop, stream, &options, &connection_events, c,
                              &c->http) != OK) {
        mem_free(c);
        stream_let_go(stream);
        return;
    }
    list_append(&server->connections, &c->in_server);
    server->connections_len++;
}

static const struct local_socket_events local_events = {.on_accept = on_accept};

/* --- life --- */

enum err control_server_open(struct relay_state *relay, const char *path,
                             void (*overview)(void *owner, struct control_overview *out),
                             void *owner, struct control_server **out)
{
    struct control_server *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->relay = relay;
    c->overview = overview;
    c->owner = owner;
    list_init(&c->connections);
    enum err rc = local_socket_listen(relay->loop, path, &local_events, c, &c->local);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    *out = c;
    return OK;
}

void control_server_close(struct control_server *c)
{
    if (c->is_closed)
        return;
    c->is_closed = true;
    local_socket_close(c->local);
    for (struct list_node *n = list_first(&c->connections); n;
         n = list_next(&c->connections, n))
        http_server_conn_close(CONTAINER_OF(n, struct connection, in_server)->http);
    free_when_over(c);
}
