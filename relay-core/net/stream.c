#include "net/stream_impl.h"

#include <assert.h>

/* What a stream without an owner tells its events to. */
static void ignore(void *owner)
{
    (void)owner;
}

static void ignore_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void ignore_end(void *owner, enum err why)
{
    (void)owner;
    (void)why;
}

static const struct stream_events nobody = {
    .on_open = ignore,
    .on_data = ignore_data,
    .on_drain = ignore,
    .on_end = ignore_end,
    .on_closed = ignore,
};

void stream_base_init(struct stream *s, const struct stream_ops *ops)
{
    *s = (struct stream){.ops = ops, .events = &nobody, .state = STREAM_OPENING};
}

void stream_own(struct stream *s, const struct stream_events *events, void *owner)
{
    s->events = events ? events : &nobody;
    s->owner = owner;
}

bool stream_is_open(const struct stream *s)
{
    return s->state == STREAM_OPEN;
}

enum err stream_write(struct stream *s, const void *data, size_t len)
{
    if (s->state != STREAM_OPEN || s->finished)
        return ERR_CLOSED;
    return len > 0 ? s->ops->write(s, data, len) : OK;
}

size_t stream_queued(const struct stream *s)
{
    return s->state == STREAM_CLOSING ? 0 : s->ops->queued(s);
}

void stream_keep_short(struct stream *s)
{
    if (s->state != STREAM_CLOSING && s->ops->keep_short)
        s->ops->keep_short(s);
}

static void set_paused(struct stream *s, bool paused)
{
    if (s->state == STREAM_CLOSING || s->paused == paused)
        return;
    s->paused = paused;
    s->ops->reading(s, !paused);
}

void stream_pause(struct stream *s)
{
    set_paused(s, true);
}

void stream_resume(struct stream *s)
{
    set_paused(s, false);
}

void stream_finish(struct stream *s)
{
    if (s->state != STREAM_OPEN || s->finished)
        return;
    s->finished = true;
    s->ops->finish(s);
}

static void close_with(struct stream *s, bool reset)
{
    if (s->state == STREAM_CLOSING)
        return;
    s->state = STREAM_CLOSING;
    s->ops->close(s, reset);
}

void stream_close(struct stream *s)
{
    close_with(s, false);
}

void stream_reset(struct stream *s)
{
    close_with(s, true);
}

void stream_let_go(struct stream *s)
{
    stream_own(s, NULL, NULL);
    stream_close(s);
}

const char *stream_detail(const struct stream *s)
{
    return s->ops->detail ? s->ops->detail(s) : "";
}

const char *stream_peer(const struct stream *s)
{
    return s->ops->peer ? s->ops->peer(s) : "";
}

const char *stream_protocol(const struct stream *s)
{
    return s->ops->protocol ? s->ops->protocol(s) : "";
}

void stream_emit_open(struct stream *s)
{
    if (s->state != STREAM_OPENING || s->ended)
        return;
    s->state = STREAM_OPEN;
    s->events->on_open(s->owner);
}

void stream_emit_data(struct stream *s, const uint8_t *data, size_t len)
{
    assert(len > 0 && !s->paused);
    if (s->state == STREAM_OPEN && !s->ended)
        s->events->on_data(s->owner, data, len);
}

void stream_emit_drain(struct stream *s)
{
    if (s->state == STREAM_OPEN)
        s->events->on_drain(s->owner);
}

void stream_emit_end(struct stream *s, enum err why)
{
    assert(why != OK);
    if (s->state == STREAM_CLOSING || s->ended)
        return;
    s->ended = true;
    s->events->on_end(s->owner, why);
}

void stream_emit_closed(struct stream *s)
{
    assert(s->state == STREAM_CLOSING);
    s->events->on_closed(s->owner);
}
