/* 1. a table says which check waits for which others; what needs nothing starts at once
 * 2. each end of a check lets others start, or skips them
 * 3. all are over: the worker closes, and then it is done
 * What can go wrong: a check that cannot even be made has failed, with the reason.
 * Stopped: probes are cancelled; a job on the worker, and a name that is being resolved,
 * come to their end unheard. */
#include "relay-client/doctor/doctor_impl.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdio.h>

#define BIT(id) (1u << (id))

struct doctor_row {
    unsigned needs; /* that found nothing that stops them */
    unsigned after; /* that are over, whatever they found */
    void (*start)(struct doctor *d);
};

static const struct doctor_row rows[DOCTOR_CHECKS] = {
    [DOCTOR_RELAY_NAME] = {0, 0, doctor_relay_name},
    [DOCTOR_RELAY_PORT] = {BIT(DOCTOR_RELAY_NAME), 0, doctor_relay_port},
    [DOCTOR_RELAY_CHAIN] = {BIT(DOCTOR_RELAY_PORT), 0, doctor_chain_start},
    [DOCTOR_RELAY_TLS] = {BIT(DOCTOR_RELAY_PORT), 0, doctor_tls_start},
    [DOCTOR_RELAY_HTTP] = {BIT(DOCTOR_RELAY_CHAIN),
                           BIT(DOCTOR_LINK) | BIT(DOCTOR_SECRET) | BIT(DOCTOR_BOT_ANSWERS),
                           doctor_http_start},
    [DOCTOR_LINK] = {0, 0, doctor_link_start},
    [DOCTOR_CLOCK] = {0, 0, doctor_clock_start},
    [DOCTOR_INBOX] = {0, 0, doctor_link_inbox},
    [DOCTOR_SECRET] = {0, 0, doctor_secret_start},
    [DOCTOR_LINE_ACCOUNT] = {0, 0, doctor_line_account},
    [DOCTOR_LINE_WEBHOOK] = {0, BIT(DOCTOR_LINE_ACCOUNT), doctor_line_webhook},
    /* What LINE's test goes through is known by then. */
    [DOCTOR_LINE_TEST] = {0, BIT(DOCTOR_LINE_ACCOUNT) | BIT(DOCTOR_RELAY_HTTP),
                          doctor_line_test},
    [DOCTOR_LINE_REDELIVERY] = {0, BIT(DOCTOR_LINE_ACCOUNT), doctor_line_redelivery},
    [DOCTOR_BOT_LISTENS] = {0, 0, doctor_bot_listens},
    [DOCTOR_BOT_ANSWERS] = {BIT(DOCTOR_BOT_LISTENS), BIT(DOCTOR_SECRET), doctor_ask_answers},
    [DOCTOR_BOT_REFUSES] = {BIT(DOCTOR_BOT_LISTENS), BIT(DOCTOR_BOT_ANSWERS),
                            doctor_ask_refuses},
};

/* --- the end --- */

static void on_line_closed(void *owner)
{
    struct doctor *d = owner;
    void (*on_done)(void *) = d->events->on_done;
    void *user = d->owner;

    tls_context_put(d->look);
    tls_context_put(d->chain.trust);
    tls_context_put(d->bot.tls);
    mem_free(d->chain.report);
    mem_free(d->chain.public_report);
    bytes_fini(&d->chain.pem);
    mem_free(d);
    on_done(user);
}

static void on_worker_closed(void *owner)
{
    struct doctor *d = owner;

    if (d->line)
        line_client_close(d->line, on_line_closed, d);
    else
        on_line_closed(d);
}

static void finish(struct doctor *d)
{
    if (d->is_closing)
        return;
    d->is_closing = true;
    defer_cancel(d->loop, &d->task);
    worker_close(d->worker, on_worker_closed, d);
}

void doctor_stop(struct doctor *d)
{
    d->is_stopped = true;
    doctor_probe_cancel_all(&d->probes);
    if (d->resolve)
        resolve_cancel(d->resolve);
    d->resolve = NULL;
    finish(d);
}

/* --- one after the other --- */

static void advance(struct defer_task *task);

static void tell(struct doctor *d, enum doctor_id id)
{
    if (!d->is_stopped)
        d->events->on_check(d->owner, &d->checks[id]);
}

void doctor_end(struct doctor *d, enum doctor_id id, enum doctor_state state, const char *code)
{
    struct doctor_check *c = &d->checks[id];

    if (d->is_stopped || d->phases[id] == DOCTOR_PHASE_OVER)
        return;
    c->state = state;
    c->code = code;
    if (d->phases[id] == DOCTOR_PHASE_BUSY)
        c->took_us = clock_us(loop_clock(d->loop)) - d->began_us[id];
    d->phases[id] = DOCTOR_PHASE_OVER;
    defer_post(d->loop, &d->task, advance);
    tell(d, id);
}

void doctor_end_broken(struct doctor *d, enum doctor_id id, enum err why, const char *detail)
{
    doctor_check_evidence(&d->checks[id], "%s", *detail ? detail : err_text(why));
    doctor_end(d, id, DOCTOR_FAIL, "could_not_check");
}

void doctor_end_needing(struct doctor *d, enum doctor_id id, enum doctor_id needed)
{
    doctor_check_text(&d->checks[id], "check", doctor_id_text(needed));
    doctor_end(d, id, DOCTOR_SKIPPED, "needs");
}

static bool is_hindrance(const struct doctor *d, unsigned id)
{
    return d->checks[id].state == DOCTOR_FAIL || d->checks[id].state == DOCTOR_SKIPPED;
}

static void start_one(struct doctor *d, enum doctor_id id)
{
    d->phases[id] = DOCTOR_PHASE_BUSY;
    d->began_us[id] = clock_us(loop_clock(d->loop));
    tell(d, id);
    if (!d->is_stopped)
        rows[id].start(d);
}

/* Starts it, or skips it, or leaves it waiting. */
static void try_one(struct doctor *d, enum doctor_id id)
{
    for (unsigned i = 0; i < DOCTOR_CHECKS; i++) {
        bool is_needed = rows[id].needs & BIT(i);
        if ((is_needed || rows[id].after & BIT(i)) && d->phases[i] != DOCTOR_PHASE_OVER)
            return;
        if (is_needed && is_hindrance(d, i)) {
            doctor_end_needing(d, id, i);
            return;
        }
    }
    start_one(d, id);
}

static void advance(struct defer_task *task)
{
    struct doctor *d = CONTAINER_OF(task, struct doctor, task);
    unsigned over = 0;

    for (unsigned id = 0; id < DOCTOR_CHECKS && !d->is_stopped; id++)
        if (d->phases[id] == DOCTOR_PHASE_WAITING)
            try_one(d, id);
    for (unsigned id = 0; id < DOCTOR_CHECKS; id++)
        over += d->phases[id] == DOCTOR_PHASE_OVER;
    if (over == DOCTOR_CHECKS && !d->is_stopped)
        finish(d);
}

/* --- the beginning --- */

static enum err open_parts(struct doctor *d)
{
    static const char *const alpn[] = {"http/1.1", NULL};
    const struct tls_client_options look = {.looks_only = true, .alpn = alpn};
    const struct worker_options worker = {.name = "doctor", .threads = 2, .queue_max = 4};
    char detail[256];
    enum err rc = tls_context_new_client(&look, &d->look, detail);

    return rc == OK ? worker_open(d->loop, &worker, &d->worker) : rc;
}

enum err doctor_start(struct loop *l, const struct doctor_options *options,
                      const struct doctor_events *events, void *owner, struct doctor **out)
{
    struct doctor *d = mem_alloc(sizeof *d);

    if (!d)
        return ERR_NOMEM;
    d->loop = l;
    d->options = *options;
    d->events = events;
    d->owner = owner;
    list_init(&d->probes);
    bytes_init(&d->chain.pem, TLS_PEER_CHAIN_MAX);
    for (unsigned id = 0; id < DOCTOR_CHECKS; id++)
        d->checks[id].id = id;
    doctor_places_find(options, &d->places);
    enum err rc = open_parts(d);
    if (rc != OK) {
        tls_context_put(d->look);
        mem_free(d);
        return rc;
    }
    defer_post(l, &d->task, advance);
    *out = d;
    return OK;
}
