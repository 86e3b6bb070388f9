/* The happy path:
 *  1. Bytes of the stream go through the codec; on_head makes the exchange, which is
 *     embedded, and on_request gives it to an owner.
 *  2. Body pieces go straight from the stream's buffer to the owner.
 *  3. The owner's answer goes to the stream (h1_server_answer.c).
 *  4. When the request is complete, the answer too, and the owner has let go, the next
 *     request may begin.  What came of it meanwhile waits in `pending`.
 *  5. After the last answer: finish, read and drop what still comes (a reset would
 *     overtake the answer), close when the peer does or after 5 s.
 * The task is where an abort is told, the exchange ends, the next request is begun and
 * the connection is freed: none of it inside a caller.
 *
 * What can go wrong:
 *  - The codec refuses: an answer of our own, then 5 (h1_server_refuse.c).
 *  - The answer is there before the request is complete: the rest is drained up to
 *    64 KiB, else 5.
 *  - The client leaves, or half-closes, before the answer is complete: the owner is told,
 *    and the connection closed.  Nobody can say whether the client still listens.
 *  - The owner lets go before its answer is complete: reset.
 *  - Deadlines: h1_server_watch.c. */
#include "http/h1/h1_server_impl.h"

#include "base/mem.h"

#include <stdio.h>

#define PENDING_ROOM (H1_SERVER_PENDING_MAX + ((size_t)1 << 20))

bool h1_server_conn_can_feed(const struct h1_server_conn *c)
{
    if (c->life != H1_SERVER_OPEN)
        return false;
    switch (c->turn.received) {
    case H1_RECEIVED_NOTHING:
        return true;
    case H1_RECEIVED_HEAD:
        return c->turn.slot != H1_SLOT_OWNED || !c->exchange.paused;
    case H1_RECEIVED_ALL:
        break;
    }
    return false;
}

/* While an answer is under way reading goes on for a while: only so do we notice that
 * the client has left. */
static bool wants_to_read(const struct h1_server_conn *c)
{
    size_t waiting = bytes_len(&c->pending);

    if (c->life == H1_SERVER_LINGERING)
        return true;
    if (c->turn.received == H1_RECEIVED_ALL)
        return waiting <= H1_SERVER_PENDING_MAX;
    return h1_server_conn_can_feed(c) && waiting == 0;
}

void h1_server_conn_update(struct h1_server_conn *c)
{
    if (c->life == H1_SERVER_CLOSED)
        return;
    if (wants_to_read(c))
        stream_resume(c->stream);
    else
        stream_pause(c->stream);
    h1_server_watch_update(c);
}

/* --- ends --- */

void h1_server_conn_abort(struct h1_server_conn *c, enum err why, const char *detail)
{
    if (c->turn.slot != H1_SLOT_OWNED || c->exchange.state != EXCHANGE_OPEN || c->abort != OK)
        return;
    c->abort = why;
    (void)snprintf(c->detail, sizeof c->detail, "%s", detail);
    h1_server_conn_post(c);
}

void h1_server_conn_finish(struct h1_server_conn *c)
{
    if (c->life != H1_SERVER_OPEN)
        return;
    c->life = H1_SERVER_LINGERING;
    stream_finish(c->stream);
    if (!stream_is_open(c->stream) || (c->peer_ended && stream_queued(c->stream) == 0))
        h1_server_conn_break(c, ERR_CLOSED, "");
    h1_server_conn_update(c);
}

bool h1_server_conn_is_answering(const struct h1_server_conn *c)
{
    return c->turn.received != H1_RECEIVED_NOTHING && c->exchange.head_sent &&
           !c->turn.answered;
}

void h1_server_conn_break(struct h1_server_conn *c, enum err why, const char *detail)
{
    if (c->life == H1_SERVER_CLOSED)
        return;
    bool reset = h1_server_conn_is_answering(c) || stream_queued(c->stream) > 0;
    c->life = H1_SERVER_CLOSED;
    deadline_clear(c->loop, &c->watch.deadline);
    h1_server_conn_abort(c, why, detail);
    if (reset)
        stream_reset(c->stream);
    else
        stream_close(c->stream);
}

static void on_turn(struct defer_task *task);

void h1_server_conn_post(struct h1_server_conn *c)
{
    defer_post(c->loop, &c->task, on_turn);
}

static void free_conn(struct h1_server_conn *c)
{
    c->events->on_closed(c->owner);
    defer_cancel(c->loop, &c->task);
    h1_codec_fini(&c->codec);
    bytes_fini(&c->pending);
    mem_free(c);
}

/* --- bytes --- */

static void feed_pending(struct h1_server_conn *c)
{
    if (!h1_server_conn_can_feed(c))
        return;
    size_t taken = h1_server_request_feed(c, bytes_peek(&c->pending), bytes_len(&c->pending));
    bytes_consume(&c->pending, taken);
    bytes_release(&c->pending);
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct h1_server_conn *c = owner;
    size_t taken = 0;

    if (c->life == H1_SERVER_LINGERING)
        return;
    if (bytes_len(&c->pending) == 0)
        taken = h1_server_request_feed(c, data, len);
    if (c->life == H1_SERVER_OPEN) {
        enum err e = bytes_append(&c->pending, data + taken, len - taken);
        if (e)
            h1_server_conn_break(c, e, err_text(e));
    }
    h1_server_conn_update(c);
}

/* --- events of the stream --- */

static void on_open(void *owner)
{
    (void)owner;
}

static void on_drain(void *owner)
{
    struct h1_server_conn *c = owner;

    h1_server_watch_drained(c);
    if (c->life == H1_SERVER_LINGERING && c->peer_ended)
        h1_server_conn_break(c, ERR_CLOSED, "");
    else if (c->turn.slot == H1_SLOT_OWNED && !c->turn.answered)
        exchange_emit_drain(&c->exchange);
    h1_server_conn_update(c);
}

/* Is there something that the client could still be waiting for, or that it broke off? */
static bool is_in_the_middle(const struct h1_server_conn *c)
{
    if (c->turn.received == H1_RECEIVED_NOTHING)
        return h1_codec_is_busy(&c->codec);
    return !c->turn.answered;
}

static void on_eof(struct h1_server_conn *c)
{
    static const char detail[] = "the client closed the connection";

    if (is_in_the_middle(c)) {
        h1_server_conn_break(c, ERR_EOF, detail);
        return;
    }
    if (c->turn.received == H1_RECEIVED_HEAD)
        h1_server_conn_abort(c, ERR_EOF,
                             detail); /* it has our answer, we not all of its body */
    if (c->turn.received == H1_RECEIVED_NOTHING)
        h1_server_conn_finish(c);
    else
        h1_server_conn_post(c);
}

static void on_end(void *owner, enum err why)
{
    struct h1_server_conn *c = owner;

    c->peer_ended = true;
    if (why != ERR_EOF)
        h1_server_conn_break(c, why, stream_detail(c->stream));
    else if (c->life == H1_SERVER_OPEN)
        on_eof(c);
    else if (stream_queued(c->stream) == 0)
        h1_server_conn_break(c, why, "");
}

static void on_stream_closed(void *owner)
{
    struct h1_server_conn *c = owner;

    c->stream = NULL;
    h1_server_conn_post(c);
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_stream_closed,
};

/* --- one thing after the other --- */

static void tell_abort(struct h1_server_conn *c)
{
    enum err why = c->abort;

    c->abort = OK;
    if (why)
        exchange_emit_abort(&c->exchange, why, c->detail);
}

static void end_exchange(struct h1_server_conn *c)
{
    if (c->turn.slot != H1_SLOT_CLOSING)
        return;
    c->turn.slot = H1_SLOT_FREE;
    exchange_emit_closed(&c->exchange);
}

static void end_turn(struct h1_server_conn *c)
{
    bool last = !c->turn.keep_alive || (c->shutting && !c->retiring) || c->peer_ended;

    if (!c->turn.answered || c->turn.slot != H1_SLOT_FREE)
        return;
    if (last)
        h1_server_conn_finish(c);
    else if (c->turn.received == H1_RECEIVED_ALL)
        c->turn = (struct h1_server_turn){0};
}

static void on_turn(struct defer_task *task)
{
    struct h1_server_conn *c = CONTAINER_OF(task, struct h1_server_conn, task);

    tell_abort(c);
    end_exchange(c);
    end_turn(c);
    feed_pending(c);
    h1_server_conn_update(c);
    if (c->life == H1_SERVER_CLOSED && !c->stream && c->turn.slot == H1_SLOT_FREE)
        free_conn(c);
}

/* --- life --- */

enum err h1_server_conn_open(struct loop *l, struct stream *stream, const char *scheme,
                             const struct http_server_conn_events *events, void *owner,
                             struct h1_server_conn **out)
{
    struct h1_server_conn *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->loop = l;
    c->stream = stream;
    c->events = events;
    c->owner = owner;
    h1_codec_init(&c->codec, H1_SERVER, &h1_server_request_events, c);
    c->codec.scheme = span_text(scheme);
    h1_writer_init(&c->writer, stream);
    bytes_init(&c->pending, PENDING_ROOM);
    enum err e = h1_server_watch_start(c);
    if (e) {
        mem_free(c);
        return e;
    }
    stream_own(stream, &stream_events, c);
    *out = c;
    return OK;
}

void h1_server_conn_shutdown(struct h1_server_conn *c)
{
    c->shutting = true;
    c->retiring = false;
    if (c->turn.received == H1_RECEIVED_NOTHING)
        h1_server_conn_finish(c);
}

void h1_server_conn_retire(struct h1_server_conn *c)
{
    if (c->shutting)
        return;
    c->shutting = c->retiring = true;
    h1_server_watch_retire(c);
}

void h1_server_conn_close(struct h1_server_conn *c)
{
    h1_server_conn_break(c, ERR_CLOSED, "the server ends the connection");
}

/* --- upgrade --- */

/* The stream is no longer ours: what is left of the connection ends by the task. */
static struct stream *give_up_stream(struct h1_server_conn *c)
{
    struct stream *stream = c->stream;

    stream_own(stream, NULL, NULL);
    stream_resume(stream);
    deadline_clear(c->loop, &c->watch.deadline);
    c->stream = NULL;
    c->life = H1_SERVER_CLOSED;
    h1_server_conn_post(c);
    return stream;
}

enum err h1_server_conn_upgrade(struct h1_server_conn *c, struct exchange *x,
                                const struct http_head *head, struct stream **out)
{
    bool untouched = c->turn.in_on_request && x == &c->exchange && c->life == H1_SERVER_OPEN &&
                     !x->head_sent && !c->codec.minor_0;

    if (!untouched || head->status != 101)
        return ERR_UNSUPPORTED;
    if (!c->turn.ended || c->codec.ahead > 0)
        return ERR_PROTOCOL;
    enum err e = h1_writer_head(&c->writer, head, H1_NO_BODY, false);
    if (e)
        return e;
    c->turn.answered = true;
    *out = give_up_stream(c);
    exchange_close(x);
    return OK;
}
