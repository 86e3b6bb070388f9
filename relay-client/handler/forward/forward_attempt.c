/* The happy path:
 *  1. The head goes to the connection, then the body, as fast as it takes it.
 *  2. The answer comes back piece by piece.
 *  3. Both are complete: the connection is given back.
 *
 * What can go wrong:
 *  - The connection was used before and breaks without a byte of an answer: the bot hung
 *    up while the request was on its way, or after it had read it.  The exchange waits for
 *    a fresh one if the method may be repeated (RFC 9110, 9.2.2) and all that was sent is
 *    still here.
 *  - No HTTP, broken in the middle: the exchange fails with the reason.
 *  - Answered, but the rest of the request is not read: it is dropped. */
#include "relay-client/handler/forward/forward_exchange_impl.h"
#include "relay-client/handler/forward/forward_failure.h"

void forward_attempt_drop(struct forward_exchange *x)
{
    exchange_let_go(x->inner);
    x->inner = NULL;
    x->connection = NULL;
}

/* --- steps 2 and 3 --- */

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct forward_exchange *x = owner;
    struct http_head kept;

    x->has_head = head->status >= 200;
    if (x->has_head)
        deadline_clear(forward_exchange_loop(x), &x->deadline);
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

static void abandon_upload(struct forward_exchange *x)
{
    forward_upload_abandon(&x->upload);
    forward_attempt_drop(x);
    exchange_emit_drain(&x->base);
}

static void on_not_read(struct deadline *d)
{
    abandon_upload(CONTAINER_OF(d, struct forward_exchange, deadline));
}

static void release_if_over(struct forward_exchange *x)
{
    if (!x->inner || !x->complete || !x->upload.end_passed)
        return;
    deadline_clear(forward_exchange_loop(x), &x->deadline);
    forward_attempt_drop(x);
}

/* A bot may answer before it has read everything: then the connection stays ours until
 * the rest has gone, or it does not go any more. */
static void on_complete(void *owner)
{
    struct forward_exchange *x = owner;

    x->complete = true;
    release_if_over(x);
    if (x->inner && deadline_set(forward_exchange_loop(x), &x->deadline, x->place->answer_ms,
                                 on_not_read) != OK)
        abandon_upload(x);
    exchange_emit_complete(&x->base);
}

static void on_drain(void *owner)
{
    struct forward_exchange *x = owner;

    forward_attempt_push(x);
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
    forward_exchange_fail(x, f.why, f.text);
}

static bool may_repeat(const struct forward_exchange *x, enum err why)
{
    bool hung_up = why == ERR_EOF || why == ERR_IO || why == ERR_CLOSED;

    return hung_up && !x->wait.once && forward_connection_uses(x->connection) > 1 &&
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
    forward_attempt_drop(x);
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

/* --- step 1 --- */

void forward_attempt_push(struct forward_exchange *x)
{
    size_t moved = 0;
    enum err rc = forward_upload_pass(&x->upload, x->inner, &moved);

    if (rc == OK && moved > 0 && deadline_is_set(&x->deadline))
        rc = deadline_set(forward_exchange_loop(x), &x->deadline, x->place->answer_ms,
                          x->deadline.expired);
    if (rc != OK)
        forward_exchange_fail(x, rc, err_text(rc));
    else
        release_if_over(x);
}

void forward_attempt_start(struct forward_exchange *x, struct forward_connection *c)
{
    bool is_used = forward_connection_uses(c) > 0;
    bool end = forward_upload_is_empty(&x->upload);
    enum err rc = forward_connection_request(c, &x->head, end, &x->inner);

    if (rc == ERR_CLOSED && is_used) {
        forward_pool_wait(x->place->pool, &x->wait);
        return;
    }
    if (rc != OK) {
        forward_exchange_fail(x, rc, err_text(rc));
        return;
    }
    x->connection = c;
    exchange_own(x->inner, &inner_events, x);
    if (x->base.paused)
        exchange_pause(x->inner);
    forward_upload_begin(&x->upload, is_used && !x->wait.once, end);
    forward_attempt_push(x);
}
