/* The happy path (server; a client's begins in h2_conn_request):
 *  1. The codec has a head: an exchange is made and given to on_request.
 *  2. Body bytes go straight to the owner, and back into the peer's window; while
 *     the exchange is paused they are held here, the window bounds how many.
 *  3. The owner's calls go to the codec; the pump writes what comes of them.
 *  4. Both messages complete, the owner closes: freed by the next pump.
 *
 * What can go wrong:
 *  - The owner closes first: the stream is reset, or left to send its last bytes.
 *  - The peer resets, or the connection breaks: on_abort, then the owner closes.
 *  - The peer has answered and needs no more of the request (RST_STREAM NO_ERROR):
 *    what the owner still sends is dropped.
 *  - Streams that the peer has given up keep the owner busy: twice as many exchanges
 *    as streams are allowed, then new ones are refused. */
#include "http/h2/h2_conn_exchange.h"

#include "base/mem.h"

#define SLICE ((size_t)64 * 1024)

static struct h2_exchange *from_base(const struct exchange *x)
{
    return CONTAINER_OF((uintptr_t)x, struct h2_exchange, base);
}

static void put_to_work(struct h2_exchange *x)
{
    if (!list_has_node(&x->work))
        list_append(&x->conn->work, &x->work);
    h2_conn_post(x->conn);
}

/* --- receiving --- */

static bool is_held_back(const struct h2_exchange *x)
{
    return x->base.paused || bytes_len(&x->held) > 0;
}

static void drop_held(struct h2_exchange *x)
{
    h2_codec_consumed(x->conn->codec, x->stream, bytes_len(&x->held));
    bytes_fini(&x->held);
}

/* In slices, for the owner may pause or close after each.  The bytes are taken out
 * of the exchange first: closing must not free what the owner is reading. */
static void deliver_held(struct h2_exchange *x)
{
    struct bytes data = x->held;

    bytes_init(&x->held, data.max);
    while (bytes_len(&data) > 0 && !x->base.paused && x->base.state == EXCHANGE_OPEN) {
        size_t len = bytes_len(&data) < SLICE ? bytes_len(&data) : SLICE;

        exchange_emit_body(&x->base, bytes_peek(&data), len);
        bytes_consume(&data, len);
        h2_codec_consumed(x->conn->codec, x->stream, len);
    }
    x->held = data;
    if (x->base.state != EXCHANGE_OPEN || bytes_len(&data) == 0)
        drop_held(x);
    if (x->is_received && !is_held_back(x))
        exchange_emit_complete(&x->base);
}

/* --- exchange_ops --- */

static enum err on_send_head(struct exchange *base, const struct http_head *head, bool end)
{
    struct h2_exchange *x = from_base(base);

    if (x->is_detached)
        return ERR_CLOSED;
    h2_conn_post(x->conn);
    return h2_codec_respond(x->conn->codec, x->stream, head, end);
}

static enum err on_send_body(struct exchange *base, const void *data, size_t len)
{
    struct h2_exchange *x = from_base(base);

    if (x->is_detached)
        return OK; /* the peer needs no more of it */
    h2_conn_post(x->conn);
    return h2_codec_send_body(x->conn->codec, x->stream, data, len);
}

static enum err on_send_end(struct exchange *base)
{
    struct h2_exchange *x = from_base(base);

    if (x->is_detached)
        return OK;
    h2_conn_post(x->conn);
    return h2_codec_send_end(x->conn->codec, x->stream);
}

static size_t on_queued(const struct exchange *base)
{
    const struct h2_exchange *x = from_base(base);

    return x->is_detached ? 0 : h2_codec_queued(x->conn->codec, x->stream);
}

static void on_receiving(struct exchange *base, bool on)
{
    struct h2_exchange *x = from_base(base);

    x->rate = 0;
    x->rate_ms = loop_now_ms(x->conn->loop);
    if (on)
        put_to_work(x);
}

/* The codec forgets the exchange.  A server that has said everything lets its last
 * bytes leave; anything else unfinished is reset. */
static void detach(struct h2_exchange *x, enum err why)
{
    struct h2_codec *codec = x->conn->codec;
    bool is_answered = x->conn->options.role == H2_SERVER && x->base.sent;

    if (x->is_detached)
        return;
    x->is_detached = true;
    h2_codec_set_user(codec, x->stream, NULL);
    if (!x->base.sent || !x->is_received)
        h2_codec_reset(codec, x->stream, is_answered ? OK : why);
}

static void on_close(struct exchange *base)
{
    struct h2_exchange *x = from_base(base);

    x->conn->owned_len--;
    detach(x, base->close_why);
    put_to_work(x);
}

static const char *on_peer(const struct exchange *base)
{
    const struct stream *s = from_base(base)->conn->stream;

    return s ? stream_peer(s) : "";
}

static const struct exchange_ops ops = {
    .send_head = on_send_head,
    .send_body = on_send_body,
    .send_end = on_send_end,
    .queued = on_queued,
    .receiving = on_receiving,
    .close = on_close,
    .peer = on_peer,
};

/* --- life --- */

struct h2_exchange *h2_conn_exchange_new(struct h2_conn *c)
{
    struct h2_exchange *x = mem_alloc(sizeof *x);

    if (!x)
        return NULL;
    exchange_base_init(&x->base, &ops);
    x->conn = c;
    x->rate_ms = loop_now_ms(c->loop);
    bytes_init(&x->held, (size_t)c->options.connection_window * 2);
    list_append(&c->exchanges, &x->all);
    c->exchanges_len++;
    return x;
}

void h2_conn_exchange_discard(struct h2_exchange *x)
{
    list_remove(&x->all);
    list_remove(&x->work);
    x->conn->exchanges_len--;
    bytes_fini(&x->held);
    mem_free(x);
}

void h2_conn_exchange_abort(struct h2_exchange *x, enum err why, const char *detail)
{
    detach(x, why);
    if (x->base.state != EXCHANGE_OPEN)
        return;
    drop_held(x);
    exchange_emit_abort(&x->base, why, detail);
}

static bool is_unfinished(const struct h2_exchange *x)
{
    return x->base.state == EXCHANGE_OPEN && !(x->base.sent && x->base.received);
}

/* Nothing leaves the list while events are delivered: only the pump frees. */
void h2_conn_exchange_abort_all(struct h2_conn *c, enum err why, const char *detail)
{
    for (struct list_node *n = list_first(&c->exchanges); n; n = list_next(&c->exchanges, n)) {
        struct h2_exchange *x = CONTAINER_OF(n, struct h2_exchange, all);

        if (is_unfinished(x))
            h2_conn_exchange_abort(x, why, detail);
    }
}

bool h2_conn_exchange_is_any_open(const struct h2_conn *c)
{
    for (struct list_node *n = list_first(&c->exchanges); n; n = list_next(&c->exchanges, n))
        if (is_unfinished(CONTAINER_OF(n, struct h2_exchange, all)))
            return true;
    return false;
}

void h2_conn_exchange_work(struct h2_conn *c)
{
    struct list_node *n;

    while ((n = list_first(&c->work))) {
        struct h2_exchange *x = CONTAINER_OF(n, struct h2_exchange, work);

        list_remove(n);
        deliver_held(x);
        if (x->base.state != EXCHANGE_CLOSING)
            continue;
        exchange_emit_closed(&x->base);
        h2_conn_exchange_discard(x);
    }
}

/* --- the codec's events --- */

static void on_request(struct h2_conn *c, int32_t stream, const struct http_head *head,
                       bool end)
{
    bool is_room =
        c->state <= H2_CONN_DRAINING && c->exchanges_len < 2 * c->options.streams_max;
    struct h2_exchange *x = is_room ? h2_conn_exchange_new(c) : NULL;

    if (!x) {
        h2_codec_reset(c->codec, stream, ERR_BUSY);
        return;
    }
    x->stream = stream;
    h2_codec_set_user(c->codec, stream, x);
    c->owned_len++;
    c->events->on_request(c->owner, &x->base, head, end);
}

static void on_head(void *owner, int32_t stream, void *user, const struct http_head *head,
                    bool end)
{
    struct h2_conn *c = owner;
    struct h2_exchange *x = user;

    if (x)
        exchange_emit_head(&x->base, head, end);
    else if (c->options.role == H2_SERVER)
        on_request(c, stream, head, end);
}

static void on_body(void *owner, int32_t stream, void *user, const uint8_t *data, size_t len)
{
    struct h2_conn *c = owner;
    struct h2_exchange *x = user;

    if (x)
        x->rate += len;
    if (x && is_held_back(x)) {
        enum err e = bytes_append(&x->held, data, len);
        if (e == OK)
            return;
        h2_conn_exchange_abort(x, e, "the body could not be kept");
    } else if (x) {
        exchange_emit_body(&x->base, data, len);
    }
    h2_codec_consumed(c->codec, stream, len);
}

static void on_complete(void *owner, int32_t stream, void *user)
{
    struct h2_exchange *x = user;

    (void)owner, (void)stream;
    if (!x)
        return;
    x->is_received = true;
    if (!is_held_back(x))
        exchange_emit_complete(&x->base);
}

static void on_drain(void *owner, int32_t stream, void *user)
{
    struct h2_exchange *x = user;

    (void)owner, (void)stream;
    if (x)
        exchange_emit_drain(&x->base);
}

static void on_stream_closed(void *owner, int32_t stream, void *user, enum err why)
{
    struct h2_conn *c = owner;
    struct h2_exchange *x = user;

    (void)stream;
    if (!x)
        return;
    x->is_detached = true;
    if (why != OK)
        h2_conn_exchange_abort(x, why, h2_codec_detail(c->codec));
    else if (!x->base.sent)
        exchange_emit_drain(&x->base);
}

static void on_ping_ack(void *owner, uint64_t opaque)
{
    struct h2_conn *c = owner;

    if (c->state != H2_CONN_CLOSING && c->events->on_ping_ack)
        c->events->on_ping_ack(c->owner, opaque);
}

static void on_goaway(void *owner, uint32_t code)
{
    struct h2_conn *c = owner;

    if (c->state != H2_CONN_CLOSING && c->events->on_goaway)
        c->events->on_goaway(c->owner, code);
}

const struct h2_events h2_conn_exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
    .on_stream_closed = on_stream_closed,
    .on_ping_ack = on_ping_ack,
    .on_goaway = on_goaway,
};
