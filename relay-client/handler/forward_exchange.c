/* The happy path:
 *  1. The head is made, and the exchange waits for a connection.  What is sent meanwhile
 *     is kept.
 *  2. A connection: head and body go to it, as fast as it takes them.
 *  3. The answer comes back piece by piece.  Complete: the connection is given back.
 *
 * What can go wrong:
 *  - No connection: aborted with the reason.
 *  - A connection that was used before breaks without a byte of an answer: the bot hung
 *    up while the request was on its way.  Once more, on a fresh one, as long as all that
 *    was sent is still here.
 *  - No final head in time, no HTTP, broken in the middle: aborted with the reason.
 *  - The owner closes early: the connection is not used again. */
#include "relay-client/handler/forward_exchange.h"

#include "base/mem.h"
#include "base/text.h"
#include "http/exchange_impl.h"
#include "loop/deadline.h"
#include "relay-client/handler/forward_failure.h"
#include "relay-client/handler/forward_upload.h"

#include <stdio.h>
#include <string.h>

struct forward_exchange {
    struct exchange base;
    struct list_node in_handler;
    const struct forward_exchange_place *place;
    struct forward_wait wait;
    struct forward_connection *connection; /* borrowed while `inner` lives */
    struct exchange *inner;                /* owned; NULL before 2 and after 3 */
    struct http_head head;                 /* spans point into `storage` */
    char *storage;                         /* owned */
    struct forward_upload upload;
    bool answered; /* a head of the answer came, be it an interim one */
    bool has_head; /* the final one */
    bool complete; /* all of it */
    struct deadline deadline;
    struct defer_task task;
    enum err why; /* not OK: on_abort is due, or was */
    char *detail; /* owned; NULL: `why` says it all */
};

static struct forward_exchange *from_base(const struct exchange *x)
{
    return CONTAINER_OF((uintptr_t)x, struct forward_exchange, base);
}

static struct handler *handler_of(const struct forward_exchange *x)
{
    return x->place->pool->handler;
}

static struct loop *loop_of(const struct forward_exchange *x)
{
    return handler_of(x)->loop;
}

/* --- the end --- */

static void drop_inner(struct forward_exchange *x)
{
    exchange_let_go(x->inner);
    x->inner = NULL;
    x->connection = NULL;
}

static void stop(struct forward_exchange *x)
{
    forward_pool_cancel(x->place->pool, &x->wait);
    deadline_clear(loop_of(x), &x->deadline);
    drop_inner(x);
}

static void finish(struct forward_exchange *x)
{
    struct handler *h = handler_of(x);

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
}

static void fail(struct forward_exchange *x, enum err why, const char *detail)
{
    if (x->why != OK || x->base.state != EXCHANGE_OPEN)
        return;
    stop(x);
    x->why = why;
    x->detail = mem_text(detail, strlen(detail));
    defer_post(loop_of(x), &x->task, on_turn);
}

static void on_late(struct deadline *d)
{
    struct forward_exchange *x = CONTAINER_OF(d, struct forward_exchange, deadline);
    const struct forward_pool *pool = x->place->pool;
    char limit[32], detail[512];

    text_duration(limit, sizeof limit, x->place->answer_ms * 1000);
    if (x->inner)
        (void)snprintf(detail, sizeof detail, "the bot did not answer within %s", limit);
    else if (forward_pool_is_full(pool))
        (void)snprintf(detail, sizeof detail, "all %zu connections to the bot were busy for %s",
                       pool->connections_max, limit);
    else
        (void)snprintf(detail, sizeof detail, "no connection to the bot at %s within %s",
                       x->place->target->address, limit);
    fail(x, ERR_TIMEOUT, detail);
}

/* --- step 3 --- */

static void push(struct forward_exchange *x);

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct forward_exchange *x = owner;
    struct http_head kept;

    x->answered = true;
    x->has_head = head->status >= 200;
    if (x->has_head)
        deadline_clear(loop_of(x), &x->deadline);
    http_head_init_response(&kept, head->status);
    for (size_t i = 0; i < head->fields_len; i++)
        if (!http_field_is_hop_by_hop(head, &head->fields[i]))
            kept.fields[kept.fields_len++] = head->fields[i];
    exchange_emit_head(&x->base, &kept, end);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct forward_exchange *x = owner;

    exchange_emit_body(&x->base, data, len);
}

/* A bot may answer before it has read everything: then the connection stays ours until
 * the rest has gone, or the owner closes. */
static void release_if_over(struct forward_exchange *x)
{
    if (x->inner && x->complete && x->upload.end_passed)
        drop_inner(x);
}

static void on_complete(void *owner)
{
    struct forward_exchange *x = owner;

    x->complete = true;
    release_if_over(x);
    exchange_emit_complete(&x->base);
}

static void on_drain(void *owner)
{
    struct forward_exchange *x = owner;

    push(x);
    if (x->inner && exchange_queued(&x->base) == 0)
        exchange_emit_drain(&x->base);
}

static void explain(struct forward_exchange *x, enum err why, const char *detail)
{
    struct forward_failure f = {
        .address = x->place->target->address,
        .why = why,
        .detail = detail,
        .heard = *forward_connection_heard(x->connection),
        .has_head = x->has_head,
    };

    forward_failure_explain(&f);
    fail(x, f.why, f.text);
}

static bool may_repeat(const struct forward_exchange *x, enum err why)
{
    bool hung_up = why == ERR_EOF || why == ERR_IO || why == ERR_CLOSED;

    return hung_up && forward_connection_uses(x->connection) > 1 &&
           forward_connection_heard(x->connection)->bytes == 0 &&
           forward_upload_can_repeat(&x->upload);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct forward_exchange *x = owner;

    if (!may_repeat(x, why)) {
        explain(x, why, detail);
        return;
    }
    drop_inner(x);
    x->wait.fresh = true;
    forward_pool_wait(x->place->pool, &x->wait);
}

static void on_closed(void *owner)
{
    (void)owner; /* it is let go before */
}

static const struct exchange_events inner_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
    .on_abort = on_abort,
    .on_closed = on_closed,
};

/* --- step 2 --- */

static void push(struct forward_exchange *x)
{
    size_t moved = 0;
    enum err rc = forward_upload_pass(&x->upload, x->inner, &moved);

    if (rc == OK && moved > 0 && !x->has_head)
        rc = deadline_set(loop_of(x), &x->deadline, x->place->answer_ms, on_late);
    if (rc != OK)
        fail(x, rc, err_text(rc));
    else
        release_if_over(x);
}

static void on_connection(struct forward_wait *w, struct forward_connection *c)
{
    struct forward_exchange *x = CONTAINER_OF(w, struct forward_exchange, wait);
    bool is_used = forward_connection_uses(c) > 0;
    bool end = forward_upload_is_empty(&x->upload);
    enum err rc = forward_connection_request(c, &x->head, end, &x->inner);

    if (rc == ERR_CLOSED && is_used) {
        forward_pool_wait(x->place->pool, &x->wait);
        return;
    }
    if (rc != OK) {
        fail(x, rc, err_text(rc));
        return;
    }
    x->connection = c;
    exchange_own(x->inner, &inner_events, x);
    if (x->base.paused)
        exchange_pause(x->inner);
    forward_upload_begin(&x->upload, is_used, end);
    push(x);
}

/* --- step 1 --- */

static void on_no_connection(struct forward_wait *w, enum err why, const char *detail)
{
    fail(CONTAINER_OF(w, struct forward_exchange, wait), why, detail);
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
        push(x);
    return rc;
}

static enum err forward_send_end(struct exchange *base)
{
    struct forward_exchange *x = from_base(base);

    x->upload.ended = true;
    if (x->inner)
        push(x);
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
    defer_post(loop_of(x), &x->task, on_turn);
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
    forward_upload_init(&x->upload, request->end);
    return deadline_set(loop_of(x), &x->deadline, place->answer_ms, on_late);
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
    handler_hold(handler_of(x));
    forward_pool_wait(place->pool, &x->wait);
    *out = &x->base;
    return OK;
}

void forward_exchange_cancel_all(struct list *exchanges)
{
    struct list_node *n = list_first(exchanges);

    for (; n; n = list_next(exchanges, n))
        fail(CONTAINER_OF(n, struct forward_exchange, in_handler), ERR_CANCELLED,
             "the agent is stopping");
}
