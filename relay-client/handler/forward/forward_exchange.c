/* The happy path:
 *  1. The head is made, and the exchange waits for a connection.  What is sent meanwhile
 *     is kept.
 *  2. A connection: forward_attempt.c.
 *  3. The owner closes: on_closed, freed.
 *
 * What can go wrong:
 *  - No connection, or no final head in time: aborted with the reason.
 *  - The owner closes early: the connection is not used again.
 * Everything that ends the exchange is told from the task, never inside a caller. */
#include "relay-client/handler/forward/forward_exchange.h"

#include "base/mem.h"
#include "relay-client/handler/forward/forward_exchange_impl.h"

#include <stdio.h>
#include <string.h>

static struct forward_exchange *from_base(const struct exchange *x)
{
    return CONTAINER_OF((uintptr_t)x, struct forward_exchange, base);
}

/* --- the end --- */

static void stop(struct forward_exchange *x)
{
    forward_pool_cancel(x->place->pool, &x->wait);
    deadline_clear(forward_exchange_loop(x), &x->deadline);
    forward_attempt_drop(x);
}

static void finish(struct forward_exchange *x)
{
    struct handler *h = forward_exchange_handler(x);

    exchange_emit_closed(&x->base);
    list_remove(&x->in_handler);
    forward_upload_fini(&x->upload);
    mem_free(x->storage);
    mem_free(x->detail);
    mem_free(x);
    handler_release(h);
}

static void on_turn(struct defer_task *task)
{
    struct forward_exchange *x = CONTAINER_OF(task, struct forward_exchange, task);

    if (x->base.state == EXCHANGE_CLOSING)
        finish(x);
    else if (x->why != OK)
        exchange_emit_abort(&x->base, x->why, x->detail ? x->detail : err_text(x->why));
    else
        exchange_emit_drain(&x->base); /* into nothing: see below */
}

void forward_exchange_fail(struct forward_exchange *x, enum err why, const char *detail)
{
    if (x->why != OK || x->base.state != EXCHANGE_OPEN)
        return;
    stop(x);
    if (x->base.received) { /* the answer is complete: what is left of the request is dropped */
        forward_upload_abandon(&x->upload);
    } else {
        x->why = why;
        x->detail = mem_text(detail, strlen(detail));
    }
    defer_post(forward_exchange_loop(x), &x->task, on_turn);
}

static void on_late(struct deadline *d)
{
    struct forward_exchange *x = CONTAINER_OF(d, struct forward_exchange, deadline);
    const struct forward_pool *pool = x->place->pool;
    char limit[32], detail[512];

    (void)handler_limit_text(limit, x->place->answer_ms);
    if (x->inner)
        (void)snprintf(detail, sizeof detail, "the bot did not answer within %s", limit);
    else if (forward_pool_is_full(pool))
        (void)snprintf(detail, sizeof detail, "all %zu connections to the bot were busy for %s",
                       pool->connections_max, limit);
    else
        (void)snprintf(detail, sizeof detail, "no connection to the bot at %s within %s",
                       x->place->target->address, limit);
    forward_exchange_fail(x, ERR_TIMEOUT, detail);
}

/* --- step 1 --- */

static void on_connection(struct forward_wait *w, struct forward_connection *c)
{
    forward_attempt_start(CONTAINER_OF(w, struct forward_exchange, wait), c);
}

static void on_no_connection(struct forward_wait *w, enum err why, const char *detail)
{
    forward_exchange_fail(CONTAINER_OF(w, struct forward_exchange, wait), why, detail);
}

/* --- exchange_ops --- */

static enum err forward_send_head(struct exchange *x, const struct http_head *head, bool end)
{
    (void)x;
    (void)head;
    (void)end;
    return ERR_USAGE; /* it came with the request */
}

static enum err forward_send_body(struct exchange *base, const void *data, size_t len)
{
    struct forward_exchange *x = from_base(base);

    if (x->why != OK)
        return OK; /* on_abort is on its way, with its reason */
    enum err rc = forward_upload_add(&x->upload, data, len);
    if (rc == OK && x->inner)
        forward_attempt_push(x);
    return rc;
}

static enum err forward_send_end(struct exchange *base)
{
    struct forward_exchange *x = from_base(base);

    x->upload.ended = true;
    if (x->inner)
        forward_attempt_push(x);
    return OK;
}

static size_t forward_queued(const struct exchange *base)
{
    const struct forward_exchange *x = from_base(base);

    return forward_upload_waiting(&x->upload) + (x->inner ? exchange_queued(x->inner) : 0);
}

static void forward_receiving(struct exchange *base, bool on)
{
    struct forward_exchange *x = from_base(base);

    if (x->inner && on)
        exchange_resume(x->inner);
    else if (x->inner)
        exchange_pause(x->inner);
}

static void forward_close(struct exchange *base)
{
    struct forward_exchange *x = from_base(base);

    stop(x);
    defer_post(forward_exchange_loop(x), &x->task, on_turn);
}

static const char *forward_peer(const struct exchange *base)
{
    const struct forward_exchange *x = from_base(base);

    return x->inner ? exchange_peer(x->inner) : "";
}

static const struct exchange_ops forward_ops = {
    .send_head = forward_send_head,
    .send_body = forward_send_body,
    .send_end = forward_send_end,
    .queued = forward_queued,
    .receiving = forward_receiving,
    .close = forward_close,
    .peer = forward_peer,
};

/* --- for the handler --- */

/* RFC 9110, 9.2.2.  A bot that gets one POST twice answers somebody twice. */
static bool may_come_twice(struct span method)
{
    static const char *const idempotent[] = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"};

    for (size_t i = 0; i < ARRAY_LEN(idempotent); i++)
        if (span_is(method, span_text(idempotent[i])))
            return true;
    return false;
}

static enum err init(struct forward_exchange *x, const struct forward_exchange_place *place,
                     const struct handler_request *request)
{
    enum err rc = forward_target_head(place->target, request, &x->head, &x->storage);

    if (rc != OK)
        return rc;
    exchange_base_init(&x->base, &forward_ops);
    x->base.head_sent = true;
    x->base.sent = request->end;
    x->place = place;
    x->wait.on_connection = on_connection;
    x->wait.on_failed = on_no_connection;
    x->wait.once = !may_come_twice(x->head.method);
    forward_upload_init(&x->upload, request->end);
    return deadline_set(forward_exchange_loop(x), &x->deadline, place->answer_ms, on_late);
}

enum err forward_exchange_open(const struct forward_exchange_place *place,
                               const struct handler_request *request, struct exchange **out)
{
    struct forward_exchange *x = mem_alloc(sizeof *x);
    enum err rc = x ? init(x, place, request) : ERR_NOMEM;

    if (rc != OK) {
        if (x)
            mem_free(x->storage);
        mem_free(x);
        return rc;
    }
    list_append(place->exchanges, &x->in_handler);
    handler_hold(forward_exchange_handler(x));
    forward_pool_wait(place->pool, &x->wait);
    *out = &x->base;
    return OK;
}

void forward_exchange_cancel_all(struct list *exchanges)
{
    struct list_node *n = list_first(exchanges);

    for (; n; n = list_next(exchanges, n))
        forward_exchange_fail(CONTAINER_OF(n, struct forward_exchange, in_handler),
                              ERR_CANCELLED, "the agent is stopping");
}
