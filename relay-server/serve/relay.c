/* The life of a relay:
 *   1. certificates, tokens, inbox, workers, ports; any failure undoes what was done
 *   2. the ports hand requests to the front; every half second the tokens' file is
 *      looked at, and links of dead tokens are ended
 *   3. shutdown: ports closed to newcomers, links told to go, 30 s for what is under way;
 *      webhooks that wait still go to the inbox a second before.  The same when another
 *      process has taken over (relay_handover.c), but the inbox is closed by then
 *   4. when ports and links are gone: the link to that process, the inbox, the workers,
 *      then on_closed */
#include "relay-server/serve/relay_impl.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "relay-server/delivery/delivery.h"

#include <stdio.h>

#define HANDSHAKE_THREADS   2u
#define HANDSHAKE_QUEUE_MAX 2000u

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

    r->is_inbox_closing = false;
    if (r->phase == RELAY_CLOSED)
        worker_close(r->worker, on_worker_closed, r);
    else
        relay_handover_released(r);
}

void relay_close_inbox(struct relay *r)
{
    struct inbox *inbox = r->state.inbox;

    if (r->is_inbox_closing)
        return;
    r->state.inbox = NULL;
    if (inbox) {
        r->is_inbox_closing = true;
        inbox_close(inbox, on_inbox_closed, r);
    } else {
        on_inbox_closed(r);
    }
}

static void on_late_closed(void *owner)
{
    struct relay *r = owner;

    r->late = r->state.late = NULL;
    relay_close_inbox(r);
}

static void on_nothing_left(struct defer_task *task)
{
    struct relay *r = CONTAINER_OF(task, struct relay, closed_task);

    r->phase = RELAY_CLOSED;
    deadline_clear(r->state.loop, &r->tokens_tick);
    deadline_clear(r->state.loop, &r->drain);
    deadline_clear(r->state.loop, &r->handing.retry);
    if (r->control)
        control_server_close(r->control);
    if (r->giver)
        handover_giver_close(r->giver);
    r->control = NULL;
    r->giver = NULL;
    if (r->late)
        late_requests_close(r->late);
    else
        relay_close_inbox(r);
}

void relay_close_when_empty(struct relay *r)
{
    bool is_ending = r->phase == RELAY_DRAINING || r->phase == RELAY_CLOSING;

    if (is_ending && !r->ingress && !r->plain && !r->predecessor &&
        links_len(&r->state.links) == 0 && (!r->late || late_requests_is_empty(r->late)))
        defer_post(r->state.loop, &r->closed_task, on_nothing_left);
}

static void on_links_empty(void *owner)
{
    relay_close_when_empty(owner);
}

static void on_late_empty(void *owner)
{
    relay_close_when_empty(owner);
}

const struct late_requests_events relay_late_events = {
    .on_empty = on_late_empty,
    .on_closed = on_late_closed,
};

/* --- step 2 --- */

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

static void init_state(struct relay *r, struct loop *l)
{
    struct relay_state *s = &r->state;

    s->loop = l;
    s->random = r->options->random;
    s->domain = r->options->domain;
    s->tunnels_in_path = r->options->tunnels_in_path;
    list_init(&s->deliveries);
    tunnels_init(&s->tunnels);
    agent_wait_init(&s->waits);
    links_init(&s->links, l, on_links_empty, r);
    r->opened_us = clock_us(loop_clock(l));
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
    rc = deadline_set(l, &r->tokens_tick, RELAY_TOKENS_MS, on_tokens_tick);
    if (rc == OK)
        rc = relay_parts_open(r);
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
    enum err rc = relay_parts_open_tls(r, &fresh);

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
    if (r->predecessor)
        predecessor_close(r->predecessor);
    if (r->late)
        late_requests_refuse(r->late);
    links_close(&r->state.links);
    relay_close_when_empty(r);
}

static void on_drain_over(struct deadline *d)
{
    struct relay *r = CONTAINER_OF(d, struct relay, drain);

    log_warn("relay", "requests that are still under way are cut");
    close_now(r);
}

static void on_settle(struct deadline *d)
{
    struct relay *r = CONTAINER_OF(d, struct relay, drain);

    delivery_settle_all(&r->state);
    if (deadline_set(r->state.loop, d, r->cut_ms, on_drain_over) != OK)
        close_now(r);
}

void relay_drain(struct relay *r, unsigned settle_ms, unsigned cut_ms)
{
    r->phase = RELAY_DRAINING;
    r->cut_ms = cut_ms;
    deadline_clear(r->state.loop, &r->handing.retry);
    links_shutdown(&r->state.links);
    agent_wait_give_up(&r->state);
    if (deadline_set(r->state.loop, &r->drain, settle_ms, on_settle) != OK)
        close_now(r);
    relay_close_when_empty(r);
}

void relay_shutdown(struct relay *r)
{
    if (r->phase >= RELAY_DRAINING) {
        if (r->phase == RELAY_DRAINING)
            close_now(r);
        return;
    }
    if (r->phase == RELAY_HANDING)
        relay_handover_end(r);
    if (r->ingress)
        ingress_shutdown(r->ingress);
    if (r->plain)
        plain_port_shutdown(r->plain);
    if (r->predecessor)
        predecessor_shutdown(r->predecessor);
    if (r->options->restarts)
        relay_drain(r, 0, RELAY_RESTART_MS);
    else
        relay_drain(r, RELAY_SETTLE_MS, RELAY_SHUTDOWN_MS - RELAY_SETTLE_MS);
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
