/* The life of a relay:
 *   1. certificates, tokens, inbox, workers, ports; any failure undoes what was done
 *   2. the ports hand requests to the front; every half second the tokens' file is
 *      looked at, and links of dead tokens are ended
 *   3. shutdown: ports closed to newcomers, links told to go, 30 s for what is under way;
 *      webhooks that wait still go to the inbox a second before
 *   4. when ports and links are gone: the inbox, then the workers, then on_closed */
#include "relay-server/serve/relay.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "relay-server/delivery/delivery.h"
#include "relay-server/ingress/front.h"
#include "relay-server/ingress/plain_port.h"

#include <stdio.h>

#define HANDSHAKE_THREADS   2u
#define HANDSHAKE_QUEUE_MAX 2000u

enum relay_phase { RELAY_OPEN, RELAY_DRAINING, RELAY_CLOSING, RELAY_CLOSED };

struct relay {
    struct relay_state state;
    struct relay_options *options; /* borrowed */
    struct worker *worker;         /* owned; handshakes and challenge files */
    struct tls_context *tls;       /* counted */
    struct ingress *ingress;       /* owned, NULL once closed */
    struct plain_port *plain;      /* owned, NULL once closed or if there is none */
    enum relay_phase phase;
    struct deadline tokens_tick;
    struct deadline drain;
    struct defer_task closed_task;
};

/* LINE's sender speaks HTTP/1.0 too; a client that offers nothing we name is refused. */
static const char *const public_alpn[] = {"h2", "http/1.1", "http/1.0", NULL};

/* --- step 4 --- */

static void on_worker_closed(void *owner)
{
    struct relay *r = owner;
    void (*on_closed)(void *) = r->options->on_closed;
    void *closed_owner = r->options->owner;

    tunnels_fini(&r->state.tunnels);
    tokens_free(r->state.tokens);
    attempts_free(r->state.attempts);
    tls_context_put(r->tls);
    mem_free(r);
    if (on_closed)
        on_closed(closed_owner);
}

/* What it had to write is written, and every delivery is over. */
static void on_inbox_closed(void *owner)
{
    struct relay *r = owner;

    worker_close(r->worker, on_worker_closed, r);
}

static void close_inbox(struct relay *r)
{
    struct inbox *inbox = r->state.inbox;

    r->state.inbox = NULL;
    if (inbox)
        inbox_close(inbox, on_inbox_closed, r);
    else
        on_inbox_closed(r);
}

static void on_nothing_left(struct defer_task *task)
{
    struct relay *r = CONTAINER_OF(task, struct relay, closed_task);

    r->phase = RELAY_CLOSED;
    deadline_clear(r->state.loop, &r->tokens_tick);
    deadline_clear(r->state.loop, &r->drain);
    close_inbox(r);
}

static void close_when_empty(struct relay *r)
{
    if (r->phase != RELAY_OPEN && r->phase != RELAY_CLOSED && !r->ingress && !r->plain &&
        links_len(&r->state.links) == 0)
        defer_post(r->state.loop, &r->closed_task, on_nothing_left);
}

static void on_links_empty(void *owner)
{
    close_when_empty(owner);
}

static void on_ingress_closed(void *owner)
{
    struct relay *r = owner;

    r->ingress = NULL;
    close_when_empty(r);
}

static void on_plain_closed(void *owner)
{
    struct relay *r = owner;

    r->plain = NULL;
    close_when_empty(r);
}

/* --- step 2 --- */

static void on_request(void *owner, const struct ingress_request *request)
{
    struct relay *r = owner;

    front_request(&r->state, request);
}

static const struct ingress_events ingress_events = {
    .on_request = on_request,
    .on_closed = on_ingress_closed,
};

static bool is_live(void *owner, const char *token_id)
{
    struct relay *r = owner;

    return tokens_is_live(r->state.tokens, token_id, clock_wall_ms(loop_clock(r->state.loop)));
}

static void on_tokens_tick(struct deadline *d)
{
    struct relay *r = CONTAINER_OF(d, struct relay, tokens_tick);
    char detail[TOKENS_DETAIL_SIZE];
    bool changed = false;

    if (tokens_reload_if_changed(r->state.tokens, &changed, detail) != OK)
        log_error("tokens", "%s (the tokens from before stay in force)", detail);
    links_end_invalid(&r->state.links, is_live, r);
    if (deadline_set(r->state.loop, d, RELAY_TOKENS_MS, on_tokens_tick) != OK)
        log_error("tokens", "out of memory: revoked tokens stay linked until a restart");
}

/* --- step 1 --- */

static enum err make_tls(struct relay *r, struct tls_context **out)
{
    char detail[256] = "";
    struct tls_server_options tls = {
        .identities = r->options->identities,
        .identities_len = r->options->identities_len,
        .alpn = public_alpn,
        .handshakes = r->worker,
    };
    enum err rc = tls_context_new_server(&tls, out, detail);

    if (rc != OK)
        snprintf(r->options->detail, sizeof r->options->detail, "%s", detail);
    return rc;
}

/* Its senders are answered as its owner wanted it, before its agent is back. */
static void on_known_tunnel(void *owner, const struct inbox_tunnel *known)
{
    struct relay *r = owner;
    struct tunnel *tunnel;
    enum err rc = tunnels_open(&r->state.tunnels, span_text(known->name), &tunnel);

    if (rc != OK) {
        log_warn("inbox", "tunnel=%s is not known until it is linked: %s", known->name,
                 err_text(rc));
        return;
    }
    snprintf(tunnel->token_id, sizeof tunnel->token_id, "%s", known->token_id);
    tunnel->since_ms = known->linked_ms;
    tunnel->unlinked_ms = loop_now_ms(r->state.loop);
    tunnel->answer = known->answer;
    tunnel->offline = known->offline;
}

static enum err open_inbox(struct relay *r)
{
    const struct inbox_options options = {
        .path = r->options->inbox_file,
        .tunnel_bytes = r->options->inbox_tunnel_bytes,
        .total_bytes = r->options->inbox_bytes,
    };

    if (!options.path)
        return OK;
    enum err rc = inbox_open(r->state.loop, &options, &r->state.inbox, r->options->detail);
    if (rc == OK)
        inbox_each_tunnel(r->state.inbox, on_known_tunnel, r);
    return rc;
}

static enum err open_tables(struct relay *r)
{
    struct relay_state *s = &r->state;
    enum err rc = tokens_open(r->options->tokens_file, &s->tokens, r->options->detail);

    if (rc == OK)
        rc = attempts_new(loop_clock(s->loop), s->random, &s->attempts);
    if (rc == OK)
        rc = make_tls(r, &r->tls);
    return rc == OK ? open_inbox(r) : rc;
}

static enum err open_ports(struct relay *r)
{
    struct relay_options *o = r->options;
    struct loop *l = r->state.loop;
    struct ingress_options public = {
        .address = o->listen, .tls = r->tls, .connections_max = o->connections_max};
    enum err rc = ingress_open(l, &public, &ingress_events, r, &r->ingress);

    if (rc != OK) {
        snprintf(o->detail, sizeof o->detail, "%s", public.detail);
        return rc;
    }
    r->state.public_port = o->public_port ? o->public_port : ingress_port(r->ingress);
    if (!o->plain_listen)
        return OK;
    struct plain_port_options plain = {
        .address = o->plain_listen,
        .acme_folder = o->acme_folder,
        .https_port = r->state.public_port,
        .worker = r->worker,
        .on_closed = on_plain_closed,
        .owner = r,
    };
    rc = plain_port_open(l, &plain, &r->plain);
    if (rc != OK)
        snprintf(o->detail, sizeof o->detail, "%s", plain.detail);
    return rc;
}

static void init_state(struct relay *r, struct loop *l)
{
    struct relay_state *s = &r->state;

    s->loop = l;
    s->random = r->options->random;
    s->domain = r->options->domain;
    s->tunnels_in_path = r->options->tunnels_in_path;
    list_init(&s->deliveries);
    tunnels_init(&s->tunnels);
    agent_waits_init(&s->waits);
    links_init(&s->links, l, on_links_empty, r);
}

enum err relay_open(struct loop *l, struct relay_options *options, struct relay **out)
{
    static const struct worker_options workers = {
        .name = "handshakes", .threads = HANDSHAKE_THREADS, .queue_max = HANDSHAKE_QUEUE_MAX};
    struct relay *r = mem_alloc(sizeof *r);

    if (!r)
        return ERR_NOMEM;
    r->options = options;
    init_state(r, l);
    enum err rc = worker_open(l, &workers, &r->worker);
    if (rc != OK) {
        mem_free(r);
        return rc;
    }
    rc = open_tables(r);
    if (rc == OK)
        rc = open_ports(r);
    if (rc == OK)
        rc = deadline_set(l, &r->tokens_tick, RELAY_TOKENS_MS, on_tokens_tick);
    if (rc != OK) {
        options->on_closed = NULL; /* the caller was never told of a relay */
        relay_shutdown(r);
        return rc;
    }
    *out = r;
    return OK;
}

/* --- calls --- */

enum err relay_reload(struct relay *r)
{
    struct tls_context *fresh;
    enum err rc = make_tls(r, &fresh);

    if (rc != OK)
        return rc;
    tls_context_put(r->tls);
    r->tls = fresh;
    r->state.tunnels_in_path = r->options->tunnels_in_path;
    if (r->ingress)
        ingress_set_tls(r->ingress, fresh);
    return OK;
}

static void close_now(struct relay *r)
{
    r->phase = RELAY_CLOSING;
    if (r->ingress)
        ingress_close(r->ingress);
    if (r->plain)
        plain_port_close(r->plain);
    links_close(&r->state.links);
    close_when_empty(r);
}

static void on_drain_over(struct deadline *d)
{
    struct relay *r = CONTAINER_OF(d, struct relay, drain);

    log_warn("relay", "requests still under way after %u s are cut", RELAY_SHUTDOWN_MS / 1000);
    close_now(r);
}

static void on_settle(struct deadline *d)
{
    struct relay *r = CONTAINER_OF(d, struct relay, drain);

    delivery_settle_all(&r->state);
    if (deadline_set(r->state.loop, d, RELAY_SHUTDOWN_MS - RELAY_SETTLE_MS, on_drain_over) !=
        OK)
        close_now(r);
}

void relay_shutdown(struct relay *r)
{
    if (r->phase != RELAY_OPEN) {
        if (r->phase == RELAY_DRAINING)
            close_now(r);
        return;
    }
    r->phase = RELAY_DRAINING;
    if (r->ingress)
        ingress_shutdown(r->ingress);
    if (r->plain)
        plain_port_shutdown(r->plain);
    links_shutdown(&r->state.links);
    agent_waits_give_up(&r->state);
    if (deadline_set(r->state.loop, &r->drain, RELAY_SETTLE_MS, on_settle) != OK)
        close_now(r);
    close_when_empty(r);
}

uint64_t relay_kept(const struct relay *r)
{
    return r->state.inbox ? inbox_counts_all(r->state.inbox).kept : 0;
}

unsigned relay_port(const struct relay *r)
{
    return ingress_port(r->ingress);
}

unsigned relay_plain_port(const struct relay *r)
{
    return r->plain ? plain_port_number(r->plain) : 0;
}
