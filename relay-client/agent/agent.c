/* The life of an agent:
 *   1. the linker looks for the relay; the control socket waits for local requests
 *   2. requests of either origin become deliveries
 *   3. shutdown: no new link, no new local connection; deliveries finish
 *   4. when links, connections and deliveries are gone: on_closed
 * What can go wrong:
 *   - deliveries take longer than 30 s to finish: links and connections are closed; a
 *     delivery without them ends by itself when its handler answers or is too late
 *   - the control socket is served by another agent: refused to open, with its reason */
#include "relay-client/agent/agent.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/http_server_conn.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/local_socket.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/agent/link/linker.h"
#include "relay-client/agent/plain_request.h"
#include "relay-client/agent/webhook/webhook_delivery.h"
#include "relay-client/agent/webhook_path.h"

#include <stdio.h>

#define SHUTDOWN_MS 30000u

struct agent {
    struct agent_context context;
    struct agent_options options;
    struct linker_options linker_options;
    struct linker *linker;      /* owned, NULL: none, or gone */
    struct local_socket *local; /* owned, NULL: none, or closed */
    struct list connections;    /* local ones */
    struct deadline drain;
    struct defer_task closed_task;
    bool closing;
};

struct local_connection {
    struct list_node in_agent;
    struct agent *agent;           /* back-pointer */
    struct http_server_conn *http; /* owned */
};

/* --- step 4 --- */

static void on_nothing_left(struct defer_task *task)
{
    struct agent *a = CONTAINER_OF(task, struct agent, closed_task);

    deadline_clear(a->context.loop, &a->drain);
    a->context.events->on_closed(a->context.owner);
    secret_bots_fini(&a->context.bots);
    mem_free(a);
}

static void close_when_empty(struct agent *a)
{
    if (a->closing && !a->linker && list_is_empty(&a->connections) &&
        list_is_empty(&a->context.deliveries))
        defer_post(a->context.loop, &a->closed_task, on_nothing_left);
}

static void on_quiet(struct agent_context *context)
{
    close_when_empty(CONTAINER_OF(context, struct agent, context));
}

/* --- step 2 --- */

/* A POST with a known signature header, or one that should have it: to the path for
 * webhooks, and while that is unknown any POST, if there is a secret to check with. */
static bool is_webhook(const struct agent *a, const struct http_head *head)
{
    const struct agent_options *o = &a->options;

    if (!span_is(head->method, SPAN("POST")))
        return false;
    for (size_t i = 0; i < head->fields_len; i++)
        if (signature_is_header(head->fields[i].name))
            return true;
    return o->webhook_path ? webhook_path_matches(o->webhook_path, head->target)
                           : o->secrets_len > 0;
}

static void deliver(struct agent *a, struct exchange *x, const struct http_head *head,
                    enum agent_origin origin)
{
    if (is_webhook(a, head))
        webhook_delivery_start(&a->context, x, head, origin);
    else
        plain_request_start(&a->context, x, head, origin);
}

static void on_link_request(void *owner, struct exchange *x, const struct http_head *head,
                            bool end)
{
    (void)end; /* on_complete comes in any case */
    deliver(owner, x, head, AGENT_FROM_LINK);
}

static void on_link_status(void *owner, const struct agent_status *status)
{
    struct agent *a = owner;

    a->context.events->on_status(a->context.owner, status);
}

static void on_linker_closed(void *owner)
{
    struct agent *a = owner;

    a->linker = NULL;
    close_when_empty(a);
}

static const struct linker_events linker_events = {
    .on_status = on_link_status,
    .on_request = on_link_request,
    .on_closed = on_linker_closed,
};

/* --- local connections --- */

static void on_local_request(void *owner, struct exchange *x, const struct http_head *head,
                             bool end)
{
    struct local_connection *c = owner;

    (void)end;
    deliver(c->agent, x, head, AGENT_FROM_HERE);
}

static void on_local_closed(void *owner)
{
    struct local_connection *c = owner;
    struct agent *a = c->agent;

    list_remove(&c->in_agent);
    mem_free(c);
    close_when_empty(a);
}

static const struct http_server_conn_events local_events = {
    .on_request = on_local_request,
    .on_closed = on_local_closed,
};

enum err agent_serve(struct agent *a, struct stream *stream)
{
    static const struct http_server_conn_options options = {.scheme = "http"};
    struct local_connection *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->agent = a;
    enum err rc =
        http_server_conn_open(a->context.loop, stream, &options, &local_events, c, &c->http);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    list_append(&a->connections, &c->in_agent);
    return OK;
}

static void on_local_accept(void *owner, struct stream *stream)
{
    if (agent_serve(owner, stream) != OK)
        stream_let_go(stream);
}

static const struct local_socket_events socket_events = {.on_accept = on_local_accept};

/* --- step 1 --- */

static enum err open_linker(struct agent *a)
{
    const struct agent_options *o = &a->options;

    if (!o->relay_host)
        return OK;
    a->linker_options = (struct linker_options){
        .host = o->relay_host,
        .port = o->relay_port,
        .tunnel = o->tunnel,
        .token = o->token,
        .ca_file = o->ca_file,
        .pin = o->pin,
        .random = o->random,
    };
    return linker_open(a->context.loop, &a->linker_options, &linker_events, a, &a->linker);
}

static enum err open_local(struct agent *a, char detail[static 256])
{
    if (!a->options.control_socket)
        return OK;
    enum err rc = local_socket_listen(a->context.loop, a->options.control_socket,
                                      &socket_events, a, &a->local);
    if (rc == ERR_LIMIT)
        snprintf(detail, 256,
                 "the path of the control socket is too long for a socket (at most 107 bytes): "
                 "choose a shorter --data");
    else if (rc == ERR_CONFLICT)
        snprintf(detail, 256,
                 "another agent runs here already (it serves %s): end it, or choose "
                 "another --data",
                 a->options.control_socket);
    else if (rc != OK)
        snprintf(detail, 256, "control socket %s: %s", a->options.control_socket, err_text(rc));
    return rc;
}

static enum err open_parts(struct agent *a, struct agent_options *given)
{
    enum err rc = secret_bots_init(&a->context.bots, given->secrets, given->secrets_len);

    if (rc != OK) {
        snprintf(given->detail, sizeof given->detail, "%s", err_text(rc));
        return rc;
    }
    a->options.secrets = a->context.bots.secrets;
    rc = open_local(a, given->detail);
    if (rc != OK)
        return rc;
    rc = open_linker(a);
    if (rc != OK)
        snprintf(given->detail, sizeof given->detail, "%s", a->linker_options.detail);
    return rc;
}

enum err agent_open(struct loop *l, struct agent_options *options,
                    const struct agent_events *events, void *owner, struct agent **out)
{
    struct agent *a = mem_alloc(sizeof *a);

    if (!a)
        return ERR_NOMEM;
    a->options = *options;
    a->context = (struct agent_context){.loop = l,
                                        .options = &a->options,
                                        .events = events,
                                        .owner = owner,
                                        .on_quiet = on_quiet};
    list_init(&a->context.deliveries);
    list_init(&a->connections);
    enum err rc = open_parts(a, options);
    if (rc != OK) {
        if (a->local)
            local_socket_close(a->local);
        secret_bots_fini(&a->context.bots);
        mem_free(a);
        return rc;
    }
    *out = a;
    return OK;
}

/* --- step 3 --- */

static void end_connections(struct agent *a, void (*end)(struct http_server_conn *))
{
    for (struct list_node *n = list_first(&a->connections); n;
         n = list_next(&a->connections, n))
        end(CONTAINER_OF(n, struct local_connection, in_agent)->http);
}

static void cut(struct agent *a)
{
    if (a->linker)
        linker_close(a->linker);
    end_connections(a, http_server_conn_close);
}

static void on_drain_over(struct deadline *d)
{
    log_warn("agent", "requests still under way after %u s are cut", SHUTDOWN_MS / 1000);
    cut(CONTAINER_OF(d, struct agent, drain));
}

void agent_shutdown(struct agent *a)
{
    if (a->closing) {
        cut(a);
        return;
    }
    a->closing = true;
    if (a->local)
        local_socket_close(a->local);
    a->local = NULL;
    if (a->linker)
        linker_shutdown(a->linker);
    end_connections(a, http_server_conn_shutdown);
    if (deadline_set(a->context.loop, &a->drain, SHUTDOWN_MS, on_drain_over) != OK)
        end_connections(a, http_server_conn_close);
    close_when_empty(a);
}
