#include "relay-client/lineapi/lineapi_hello.h"

#include "base/mem.h"
#include "net/stream_impl.h"

#define TLS_HANDSHAKE 0x16u /* content type, RFC 8446 §5.1; no method begins so */

struct lineapi_hello {
    struct stream base;
    struct stream *lower; /* owned */
    bool has_begun;
    void (*on_tls)(void *owner);
    void *owner;
};

static struct lineapi_hello *from_base(const struct stream *s)
{
    return STREAM_OBJECT(s, struct lineapi_hello);
}

/* --- upwards --- */

static void on_open(void *owner)
{
    (void)owner; /* it was open before */
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct lineapi_hello *h = owner;
    bool is_first = !h->has_begun;

    h->has_begun = true;
    if (!is_first || data[0] != TLS_HANDSHAKE) {
        stream_emit_data(&h->base, data, len);
        return;
    }
    h->on_tls(h->owner);
    stream_emit_end(&h->base, ERR_PROTOCOL);
}

static void on_drain(void *owner)
{
    struct lineapi_hello *h = owner;

    stream_emit_drain(&h->base);
}

static void on_end(void *owner, enum err why)
{
    struct lineapi_hello *h = owner;

    stream_emit_end(&h->base, why);
}

static void on_closed(void *owner)
{
    struct lineapi_hello *h = owner;

    stream_emit_closed(&h->base);
    mem_free(h);
}

static const struct stream_events lower_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_closed,
};

/* --- downwards --- */

static enum err hello_write(struct stream *s, const void *data, size_t len)
{
    return stream_write(from_base(s)->lower, data, len);
}

static size_t hello_queued(const struct stream *s)
{
    return stream_queued(from_base(s)->lower);
}

static void hello_reading(struct stream *s, bool on)
{
    if (on)
        stream_resume(from_base(s)->lower);
    else
        stream_pause(from_base(s)->lower);
}

static void hello_finish(struct stream *s)
{
    stream_finish(from_base(s)->lower);
}

static void hello_close(struct stream *s, bool reset)
{
    if (reset)
        stream_reset(from_base(s)->lower);
    else
        stream_close(from_base(s)->lower);
}

static const char *hello_detail(const struct stream *s)
{
    return stream_detail(from_base(s)->lower);
}

static const char *hello_peer(const struct stream *s)
{
    return stream_peer(from_base(s)->lower);
}

static const char *hello_protocol(const struct stream *s)
{
    return stream_protocol(from_base(s)->lower);
}

static const struct stream_ops hello_ops = {
    .name = "hello",
    .queue_max = SIZE_MAX, /* the lower one has a limit */
    .write = hello_write,
    .queued = hello_queued,
    .reading = hello_reading,
    .finish = hello_finish,
    .close = hello_close,
    .detail = hello_detail,
    .peer = hello_peer,
    .protocol = hello_protocol,
};

enum err lineapi_hello_open(struct stream *lower, void (*on_tls)(void *owner), void *owner,
                            struct stream **out)
{
    struct lineapi_hello *h = mem_alloc(sizeof *h);

    if (!h)
        return ERR_NOMEM;
    stream_base_init(&h->base, &hello_ops);
    h->base.state = STREAM_OPEN;
    h->lower = lower;
    h->on_tls = on_tls;
    h->owner = owner;
    stream_own(lower, &lower_events, h);
    *out = &h->base;
    return OK;
}
