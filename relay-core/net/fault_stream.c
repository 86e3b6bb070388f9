#include "net/fault_stream.h"

#include "base/bytes.h"
#include "base/mem.h"
#include "loop/defer.h"
#include "net/stream_impl.h"

#define HELD_MAX ((size_t)8 << 20)

struct fault_stream {
    struct stream base;
    struct loop *loop;       /* borrowed for ever */
    struct stream *lower;    /* owned */
    struct fault_plan *plan; /* borrowed until on_closed */
    struct defer_task task;
    struct bytes inbox; /* received, not yet delivered */
    struct bytes held;  /* written, and stalled */
    uint64_t delivered;
    enum err lower_end;
};

static struct fault_stream *from_base(const struct stream *s)
{
    return STREAM_OBJECT(s, struct fault_stream);
}

/* --- delivery: one event per run --- */

static void on_turn(struct defer_task *task);

static void post(struct fault_stream *f)
{
    defer_post(f->loop, &f->task, on_turn);
}

static size_t next_piece(const struct fault_stream *f)
{
    size_t len = bytes_len(&f->inbox);
    uint64_t cut = f->plan->cut_after;

    if (f->plan->chunk > 0 && len > f->plan->chunk)
        len = f->plan->chunk;
    if (cut > f->delivered && len > cut - f->delivered)
        len = (size_t)(cut - f->delivered);
    return len;
}

/* The inbox cannot move under the owner: only on_lower_data appends to it. */
static void deliver_piece(struct fault_stream *f)
{
    size_t len = next_piece(f);
    const uint8_t *piece = bytes_peek(&f->inbox);

    f->delivered += len;
    post(f);
    stream_emit_data(&f->base, piece, len);
    bytes_consume(&f->inbox, len);
}

static void on_turn(struct defer_task *task)
{
    struct fault_stream *f = CONTAINER_OF(task, struct fault_stream, task);

    if (f->base.state == STREAM_OPENING) {
        if (!stream_is_open(f->lower))
            return;
        post(f);
        stream_emit_open(&f->base);
    } else if (f->base.state == STREAM_OPEN && !f->base.paused) {
        if (f->plan->cut_after > 0 && f->delivered >= f->plan->cut_after)
            stream_emit_end(&f->base, ERR_IO);
        else if (bytes_len(&f->inbox) > 0 && !f->base.ended)
            deliver_piece(f);
        else if (f->lower_end != OK)
            stream_emit_end(&f->base, f->lower_end);
    }
}

/* --- events of the stream below --- */

static void on_lower_open(void *owner)
{
    post(owner);
}

static void on_lower_data(void *owner, const uint8_t *data, size_t len)
{
    struct fault_stream *f = owner;
    enum err e = bytes_append(&f->inbox, data, len);

    if (e != OK)
        stream_emit_end(&f->base, e);
    else
        post(f);
}

static void on_lower_drain(void *owner)
{
    struct fault_stream *f = owner;

    if (bytes_len(&f->held) == 0)
        stream_emit_drain(&f->base);
}

static void on_lower_end(void *owner, enum err why)
{
    struct fault_stream *f = owner;

    f->lower_end = why;
    if (f->base.state == STREAM_OPENING)
        stream_emit_end(&f->base, why);
    else
        post(f);
}

static void on_lower_closed(void *owner)
{
    struct fault_stream *f = owner;

    stream_emit_closed(&f->base);
    bytes_fini(&f->inbox);
    bytes_fini(&f->held);
    mem_free(f);
}

static const struct stream_events lower_events = {
    .on_open = on_lower_open,
    .on_data = on_lower_data,
    .on_drain = on_lower_drain,
    .on_end = on_lower_end,
    .on_closed = on_lower_closed,
};

/* --- stream_ops --- */

static enum err fault_write(struct stream *s, const void *data, size_t len)
{
    struct fault_stream *f = from_base(s);

    if (f->plan->fail_write > 0 && --f->plan->fail_write == 0)
        return ERR_IO;
    if (f->plan->stall)
        return bytes_append(&f->held, data, len);
    if (bytes_len(&f->held) > 0) {
        enum err e = stream_write(f->lower, bytes_peek(&f->held), bytes_len(&f->held));
        if (e != OK)
            return e;
        bytes_clear(&f->held);
    }
    return stream_write(f->lower, data, len);
}

static size_t fault_queued(const struct stream *s)
{
    const struct fault_stream *f = from_base(s);

    return bytes_len(&f->held) + stream_queued(f->lower);
}

static void fault_keep_short(struct stream *s)
{
    stream_keep_short(from_base(s)->lower);
}

static void fault_reading(struct stream *s, bool on)
{
    struct fault_stream *f = from_base(s);

    if (!on) {
        stream_pause(f->lower);
        return;
    }
    stream_resume(f->lower);
    post(f); /* what has been received already wakes nobody else */
}

static void fault_finish(struct stream *s)
{
    struct fault_stream *f = from_base(s);

    if (!f->plan->stall)
        stream_finish(f->lower);
}

static void fault_close(struct stream *s, bool reset)
{
    struct fault_stream *f = from_base(s);

    defer_cancel(f->loop, &f->task);
    if (reset)
        stream_reset(f->lower);
    else
        stream_close(f->lower);
}

static const char *fault_detail(const struct stream *s)
{
    return stream_detail(from_base(s)->lower);
}

static const char *fault_peer(const struct stream *s)
{
    return stream_peer(from_base(s)->lower);
}

static const char *fault_protocol(const struct stream *s)
{
    return stream_protocol(from_base(s)->lower);
}

static const struct stream_ops fault_ops = {
    .name = "fault",
    .queue_max = HELD_MAX,
    .write = fault_write,
    .queued = fault_queued,
    .keep_short = fault_keep_short,
    .reading = fault_reading,
    .finish = fault_finish,
    .close = fault_close,
    .detail = fault_detail,
    .peer = fault_peer,
    .protocol = fault_protocol,
};

enum err fault_stream_wrap(struct loop *l, struct stream *lower, struct fault_plan *plan,
                           struct stream **out)
{
    struct fault_stream *f = mem_alloc(sizeof *f);

    if (!f)
        return ERR_NOMEM;
    stream_base_init(&f->base, &fault_ops);
    bytes_init(&f->inbox, HELD_MAX);
    bytes_init(&f->held, HELD_MAX);
    f->loop = l;
    f->plan = plan;
    f->lower = lower;
    stream_own(lower, &lower_events, f);
    if (stream_is_open(lower))
        post(f);
    *out = &f->base;
    return OK;
}
