#include "relay-client/handler/forward/forward_tap.h"

#include "base/mem.h"
#include "net/stream_impl.h"

struct forward_tap {
    struct stream base;
    struct stream *lower; /* owned */
    struct forward_tap_heard *heard;
};

static struct forward_tap *from_base(const struct stream *s)
{
    return STREAM_OBJECT(s, struct forward_tap);
}

/* --- upwards --- */

static void on_open(void *owner)
{
    (void)owner; /* it was open before */
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct forward_tap *t = owner;
    struct forward_tap_heard *h = t->heard;

    for (size_t i = 0; i < len && h->bytes + i < sizeof h->first; i++)
        h->first[h->bytes + i] = (char)data[i];
    h->bytes += len;
    if (forward_tap_heard_no_http(h))
        stream_emit_end(&t->base, ERR_PROTOCOL);
    else
        stream_emit_data(&t->base, data, len);
}

static void on_drain(void *owner)
{
    struct forward_tap *t = owner;

    stream_emit_drain(&t->base);
}

static void on_end(void *owner, enum err why)
{
    struct forward_tap *t = owner;

    stream_emit_end(&t->base, why);
}

static void on_closed(void *owner)
{
    struct forward_tap *t = owner;

    stream_emit_closed(&t->base);
    mem_free(t);
}

static const struct stream_events lower_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_closed,
};

/* --- downwards --- */

static enum err tap_write(struct stream *s, const void *data, size_t len)
{
    return stream_write(from_base(s)->lower, data, len);
}

static size_t tap_queued(const struct stream *s)
{
    return stream_queued(from_base(s)->lower);
}

static void tap_reading(struct stream *s, bool on)
{
    if (on)
        stream_resume(from_base(s)->lower);
    else
        stream_pause(from_base(s)->lower);
}

static void tap_finish(struct stream *s)
{
    stream_finish(from_base(s)->lower);
}

static void tap_close(struct stream *s, bool reset)
{
    if (reset)
        stream_reset(from_base(s)->lower);
    else
        stream_close(from_base(s)->lower);
}

static const char *tap_detail(const struct stream *s)
{
    return stream_detail(from_base(s)->lower);
}

static const char *tap_peer(const struct stream *s)
{
    return stream_peer(from_base(s)->lower);
}

static const char *tap_protocol(const struct stream *s)
{
    return stream_protocol(from_base(s)->lower);
}

static const struct stream_ops tap_ops = {
    .name = "tap",
    .queue_max = SIZE_MAX, /* the lower one has a limit */
    .write = tap_write,
    .queued = tap_queued,
    .reading = tap_reading,
    .finish = tap_finish,
    .close = tap_close,
    .detail = tap_detail,
    .peer = tap_peer,
    .protocol = tap_protocol,
};

enum err forward_tap_open(struct stream *lower, struct forward_tap_heard *heard,
                          struct stream **out)
{
    struct forward_tap *t = mem_alloc(sizeof *t);

    if (!t)
        return ERR_NOMEM;
    stream_base_init(&t->base, &tap_ops);
    t->base.state = STREAM_OPEN;
    t->lower = lower;
    t->heard = heard;
    stream_own(lower, &lower_events, t);
    *out = &t->base;
    return OK;
}

struct span forward_tap_first(const struct forward_tap_heard *heard)
{
    return span_of(heard->first,
                   heard->bytes < sizeof heard->first ? heard->bytes : sizeof heard->first);
}

bool forward_tap_heard_no_http(const struct forward_tap_heard *heard)
{
    struct span http = SPAN("HTTP/");
    struct span first = forward_tap_first(heard);

    return !span_starts(first, span_slice(http, 0, first.len));
}

bool forward_tap_heard_tls(const struct forward_tap_heard *heard)
{
    struct span first = forward_tap_first(heard);

    return span_starts(first, SPAN("\x15\x03")) || span_starts(first, SPAN("\x16\x03"));
}
