/* The happy path:
 *  1. request: the head goes to the stream; the exchange, which is embedded, begins.
 *  2. The owner sends the body; heads and body of the answer go to the owner as they come.
 *  3. The answer is complete, the request too, the owner lets go: on_idle, and another
 *     request may begin.
 * The task is where an abort is told, the exchange ends, and the connection is freed: none
 * of it inside a caller.
 *
 * What can go wrong:
 *  - The server breaks the rules of HTTP, or the connection ends early: the owner is told,
 *    the connection closed.
 *  - It answers and stops reading: what the owner still sends is dropped, and the answer is
 *    worth more than the error of a write.  The connection closes after it.
 *  - It says more than one answer, or speaks unasked: the connection closes.
 *  - The owner lets go early: the connection closes, with a reset if the request was not
 *    complete. */
#include "http/h1/h1_client_impl.h"

#include "base/mem.h"

#include <stdio.h>

#define PENDING_MAX ((size_t)1 << 20)

static void on_turn(struct defer_task *task);

void h1_client_conn_post(struct h1_client_conn *c)
{
    defer_post(c->loop, &c->task, on_turn);
}

void h1_client_conn_update(struct h1_client_conn *c)
{
    bool holds_back = c->slot == H1_CLIENT_OWNED && c->base.paused && !c->base.received;

    if (c->life == H1_CLIENT_CLOSED)
        return;
    if (holds_back || bytes_len(&c->pending) > 0)
        stream_pause(c->stream);
    else
        stream_resume(c->stream);
}

/* --- ends --- */

void h1_client_conn_abort(struct h1_client_conn *c, enum err why, const char *what,
                          const char *detail)
{
    if (c->slot != H1_CLIENT_OWNED || c->base.state != EXCHANGE_OPEN || c->abort != OK)
        return;
    c->abort = why;
    (void)snprintf(c->detail, sizeof c->detail, "%s%s", what, detail);
}

void h1_client_conn_shut(struct h1_client_conn *c)
{
    if (c->life == H1_CLIENT_CLOSED)
        return;
    c->life = H1_CLIENT_CLOSED;
    if (c->slot != H1_CLIENT_FREE && !c->base.sent)
        stream_reset(c->stream); /* the server must not take half a request for a whole one */
    else
        stream_close(c->stream);
    h1_client_conn_post(c);
}

void h1_client_conn_give_up(struct h1_client_conn *c, enum err why, const char *detail)
{
    if (c->life == H1_CLIENT_CLOSED)
        return;
    h1_client_conn_abort(c, why, detail, "");
    h1_client_conn_shut(c);
}

/* --- events of the stream --- */

static void on_open(void *owner)
{
    (void)owner;
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct h1_client_conn *c = owner;

    if (c->slot == H1_CLIENT_FREE) { /* nobody asked */
        h1_client_conn_shut(c);
        return;
    }
    h1_client_answer_take(c, data, len);
    h1_client_conn_update(c);
}

static void on_drain(void *owner)
{
    struct h1_client_conn *c = owner;

    if (c->slot == H1_CLIENT_OWNED && !c->base.sent)
        exchange_emit_drain(&c->base);
}

static void on_end(void *owner, enum err why)
{
    struct h1_client_conn *c = owner;

    c->used_up = true;
    if (c->slot == H1_CLIENT_FREE)
        h1_client_conn_shut(c);
    else if (c->slot == H1_CLIENT_OWNED && !c->base.received)
        h1_client_answer_cut(c, why);
}

static void on_stream_closed(void *owner)
{
    struct h1_client_conn *c = owner;

    c->stream = NULL;
    h1_client_conn_post(c);
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_stream_closed,
};

enum err h1_client_conn_request(struct h1_client_conn *c, const struct http_head *head,
                                bool end, const struct exchange_events *events, void *owner,
                                struct exchange **out)
{
    if (!h1_client_conn_is_usable(c))
        return ERR_CLOSED;
    if (c->slot != H1_CLIENT_FREE)
        return ERR_BUSY;
    enum err e = head->status != 0 ? ERR_SYNTAX : h1_client_request_start(c, head, end);
    if (e)
        return e;
    exchange_base_init(&c->base, &h1_client_request_ops);
    c->base.head_sent = true;
    c->base.sent = end;
    c->codec.head_request = span_is(head->method, SPAN("HEAD"));
    c->slot = H1_CLIENT_OWNED;
    c->interims = 0;
    c->answer_begun = false;
    exchange_own(&c->base, events, owner);
    *out = &c->base;
    return OK;
}

/* --- one thing after the other --- */

static void tell_abort(struct h1_client_conn *c)
{
    enum err why = c->abort;

    c->abort = OK;
    if (why)
        exchange_emit_abort(&c->base, why, c->detail);
}

static void end_exchange(struct h1_client_conn *c)
{
    if (c->slot != H1_CLIENT_CLOSING)
        return;
    c->slot = H1_CLIENT_FREE;
    exchange_emit_closed(&c->base);
    if (c->used_up)
        h1_client_conn_shut(c);
    if (c->life == H1_CLIENT_OPEN && c->slot == H1_CLIENT_FREE)
        c->events->on_idle(c->owner);
}

static void free_conn(struct h1_client_conn *c)
{
    c->events->on_closed(c->owner);
    defer_cancel(c->loop, &c->task);
    h1_codec_fini(&c->codec);
    bytes_fini(&c->pending);
    mem_free(c);
}

static void on_turn(struct defer_task *task)
{
    struct h1_client_conn *c = CONTAINER_OF(task, struct h1_client_conn, task);

    tell_abort(c);
    end_exchange(c);
    h1_client_answer_resume(c);
    h1_client_conn_update(c);
    if (c->life == H1_CLIENT_CLOSED && !c->stream && c->slot == H1_CLIENT_FREE)
        free_conn(c);
}

/* --- life --- */

enum err h1_client_conn_open(struct loop *l, struct stream *stream,
                             const struct h1_client_conn_events *events, void *owner,
                             struct h1_client_conn **out)
{
    struct h1_client_conn *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->loop = l;
    c->stream = stream;
    c->events = events;
    c->owner = owner;
    h1_codec_init(&c->codec, H1_CLIENT, &h1_client_answer_events, c);
    h1_writer_init(&c->writer, stream);
    bytes_init(&c->pending, PENDING_MAX);
    stream_own(stream, &stream_events, c);
    *out = c;
    return OK;
}

bool h1_client_conn_is_usable(const struct h1_client_conn *c)
{
    return c->life == H1_CLIENT_OPEN && !c->used_up;
}

bool h1_client_conn_has_answer(const struct h1_client_conn *c)
{
    return c->answer_begun;
}

void h1_client_conn_close(struct h1_client_conn *c)
{
    h1_client_conn_give_up(c, ERR_CLOSED, "closed on this side");
}
