#include "http/exchange_impl.h"

#include <assert.h>

/* Of an exchange without an owner: all are NULL. */
static const struct exchange_events nobody;

void exchange_base_init(struct exchange *x, const struct exchange_ops *ops)
{
    *x = (struct exchange){.ops = ops, .events = &nobody, .state = EXCHANGE_OPEN};
}

void exchange_own(struct exchange *x, const struct exchange_events *events, void *owner)
{
    x->events = events ? events : &nobody;
    x->owner = owner;
}

/* --- sending --- */

enum err exchange_send_head(struct exchange *x, const struct http_head *head, bool end)
{
    bool final = head->status >= 200;

    if (x->state != EXCHANGE_OPEN || x->head_sent)
        return ERR_CLOSED;
    if (end && !final)
        return ERR_SYNTAX;
    enum err e = x->ops->send_head(x, head, end);
    if (e)
        return e;
    x->head_sent = final;
    x->sent = end;
    return OK;
}

/* Neither before the head nor after the end. */
static bool may_send_body(const struct exchange *x)
{
    return x->state == EXCHANGE_OPEN && x->head_sent && !x->sent;
}

enum err exchange_send_body(struct exchange *x, const void *data, size_t len)
{
    if (!may_send_body(x))
        return ERR_CLOSED;
    return len > 0 ? x->ops->send_body(x, data, len) : OK;
}

enum err exchange_send_end(struct exchange *x)
{
    if (!may_send_body(x))
        return ERR_CLOSED;
    enum err e = x->ops->send_end(x);
    if (!e)
        x->sent = true;
    return e;
}

size_t exchange_queued(const struct exchange *x)
{
    return x->state == EXCHANGE_CLOSING ? 0 : x->ops->queued(x);
}

/* --- receiving --- */

static void set_paused(struct exchange *x, bool paused)
{
    if (x->state == EXCHANGE_CLOSING || x->paused == paused)
        return;
    x->paused = paused;
    x->ops->receiving(x, !paused);
}

void exchange_pause(struct exchange *x)
{
    set_paused(x, true);
}

void exchange_resume(struct exchange *x)
{
    set_paused(x, false);
}

/* --- life --- */

void exchange_close(struct exchange *x)
{
    exchange_close_because(x, ERR_CANCELLED);
}

void exchange_close_because(struct exchange *x, enum err why)
{
    if (x->state == EXCHANGE_CLOSING)
        return;
    x->state = EXCHANGE_CLOSING;
    x->close_why = why;
    x->ops->close(x);
}

void exchange_let_go(struct exchange *x)
{
    if (!x)
        return;
    exchange_own(x, NULL, NULL);
    exchange_close(x);
}

const char *exchange_peer(const struct exchange *x)
{
    return x->peer[0] != '\0' ? x->peer : x->ops->peer(x);
}

void exchange_set_peer(struct exchange *x, struct span address)
{
    size_t len = address.len < sizeof x->peer ? address.len : sizeof x->peer - 1;

    if (len > 0)
        memcpy(x->peer, address.ptr, len);
    x->peer[len] = '\0';
}

/* --- for connections --- */

void exchange_emit_head(struct exchange *x, const struct http_head *head, bool end)
{
    if (x->state == EXCHANGE_OPEN && !x->received && x->events->on_head)
        x->events->on_head(x->owner, head, end);
}

void exchange_emit_body(struct exchange *x, const uint8_t *data, size_t len)
{
    assert(!x->paused || x->state != EXCHANGE_OPEN);
    if (x->state == EXCHANGE_OPEN && !x->received && x->events->on_body)
        x->events->on_body(x->owner, data, len);
}

void exchange_emit_complete(struct exchange *x)
{
    if (x->state != EXCHANGE_OPEN || x->received)
        return;
    x->received = true;
    if (x->events->on_complete)
        x->events->on_complete(x->owner);
}

void exchange_emit_drain(struct exchange *x)
{
    if (x->state == EXCHANGE_OPEN && x->events->on_drain)
        x->events->on_drain(x->owner);
}

void exchange_emit_abort(struct exchange *x, enum err why, const char *detail)
{
    assert(why != OK && detail);
    if (x->state != EXCHANGE_OPEN)
        return;
    x->state = EXCHANGE_ABORTED;
    if (x->events->on_abort)
        x->events->on_abort(x->owner, why, detail);
}

void exchange_emit_closed(struct exchange *x)
{
    assert(x->state == EXCHANGE_CLOSING);
    if (x->events->on_closed)
        x->events->on_closed(x->owner);
}
