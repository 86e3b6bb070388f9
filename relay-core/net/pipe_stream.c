/* Each end has an inbox that the other one writes into.  One task per end does
 * one thing per run and posts itself again while there is more: every event is
 * the last thing a run does, so an owner may close either end inside it. */
#include "net/pipe_stream.h"

#include "base/bytes.h"
#include "base/mem.h"
#include "loop/defer.h"
#include "net/stream_impl.h"

#include <string.h>

#define INBOX_MAX ((size_t)1 << 20)
#define CHUNK_MAX ((size_t)16384)

struct pipe_end {
    struct stream base;
    struct loop *loop;     /* borrowed for ever */
    struct pipe_end *peer; /* back-pointer; NULL once either end is closed */
    struct defer_task task;
    struct bytes inbox;
    size_t chunk;
    bool drain_due;
    bool peer_finished;
    bool was_reset;
};

static struct pipe_end *from_base(const struct stream *s)
{
    return STREAM_OBJECT(s, struct pipe_end);
}

static void on_turn(struct defer_task *task);

static void post(struct pipe_end *e)
{
    defer_post(e->loop, &e->task, on_turn);
}

/* --- events --- */

/* The piece is copied out first: whoever gets it may write to the other end,
 * and so make the inbox move. */
static void deliver_piece(struct pipe_end *e)
{
    uint8_t piece[CHUNK_MAX];
    size_t len = bytes_len(&e->inbox);

    if (len > e->chunk)
        len = e->chunk;
    memcpy(piece, bytes_peek(&e->inbox), len);
    bytes_consume(&e->inbox, len);
    bytes_release(&e->inbox);
    if (bytes_len(&e->inbox) == 0 && e->peer) {
        e->peer->drain_due = true;
        post(e->peer);
    }
    post(e);
    stream_emit_data(&e->base, piece, len);
}

static void end_closed(struct pipe_end *e)
{
    stream_emit_closed(&e->base);
    bytes_fini(&e->inbox);
    mem_free(e);
}

static void read_turn(struct pipe_end *e)
{
    if (e->base.paused)
        return;
    if (bytes_len(&e->inbox) > 0)
        deliver_piece(e);
    else if (!e->peer || e->peer_finished)
        stream_emit_end(&e->base, ERR_EOF);
}

static void on_turn(struct defer_task *task)
{
    struct pipe_end *e = CONTAINER_OF(task, struct pipe_end, task);

    if (e->base.state == STREAM_CLOSING) {
        end_closed(e);
    } else if (e->base.state == STREAM_OPENING) {
        post(e);
        stream_emit_open(&e->base);
    } else if (e->was_reset) {
        stream_emit_end(&e->base, ERR_IO);
    } else if (e->drain_due) {
        e->drain_due = false;
        post(e);
        stream_emit_drain(&e->base);
    } else {
        read_turn(e);
    }
}

/* --- stream_ops --- */

static enum err pipe_write(struct stream *s, const void *data, size_t len)
{
    struct pipe_end *e = from_base(s);

    if (!e->peer)
        return ERR_IO;
    enum err rc = bytes_append(&e->peer->inbox, data, len);
    if (rc == OK)
        post(e->peer);
    return rc;
}

static size_t pipe_queued(const struct stream *s)
{
    const struct pipe_end *e = from_base(s);

    return e->peer ? bytes_len(&e->peer->inbox) : 0;
}

static void pipe_reading(struct stream *s, bool on)
{
    if (on)
        post(from_base(s));
}

static void pipe_finish(struct stream *s)
{
    struct pipe_end *e = from_base(s);

    if (!e->peer)
        return;
    e->peer->peer_finished = true;
    post(e->peer);
}

static void pipe_close(struct stream *s, bool reset)
{
    struct pipe_end *e = from_base(s);

    if (e->peer) {
        e->peer->peer = NULL;
        e->peer->was_reset = reset;
        post(e->peer);
        e->peer = NULL;
    }
    post(e);
}

static const char *pipe_peer(const struct stream *s)
{
    (void)s;
    return "pipe";
}

static const struct stream_ops pipe_ops = {
    .name = "pipe",
    .queue_max = INBOX_MAX,
    .write = pipe_write,
    .queued = pipe_queued,
    .reading = pipe_reading,
    .finish = pipe_finish,
    .close = pipe_close,
    .peer = pipe_peer,
};

static struct pipe_end *new_end(struct loop *l, size_t chunk)
{
    struct pipe_end *e = mem_alloc(sizeof *e);

    if (!e)
        return NULL;
    stream_base_init(&e->base, &pipe_ops);
    bytes_init(&e->inbox, INBOX_MAX);
    e->loop = l;
    e->chunk = chunk < 1 ? 1 : chunk > CHUNK_MAX ? CHUNK_MAX : chunk;
    return e;
}

enum err pipe_stream_pair(struct loop *l, size_t chunk, struct stream **a, struct stream **b)
{
    struct pipe_end *x = new_end(l, chunk);
    struct pipe_end *y = new_end(l, chunk);

    if (!x || !y) {
        mem_free(x);
        mem_free(y);
        return ERR_NOMEM;
    }
    x->peer = y;
    y->peer = x;
    post(x);
    post(y);
    *a = &x->base;
    *b = &y->base;
    return OK;
}
