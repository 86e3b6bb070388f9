#include "http/h2/h2_conn_limits.h"

#include "http/h2/h2_conn_exchange.h"

static bool is_public_server(const struct h2_conn *c)
{
    return c->options.role == H2_SERVER && !c->keeps_idle;
}

static bool is_busy(const struct h2_conn *c)
{
    return c->exchanges_len > 0 || h2_codec_open_streams(c->codec) > 0 ||
           (c->stream && stream_queued(c->stream) > 0);
}

/* When to look again; 0: no need to. */
static uint64_t wait_of(const struct h2_conn *c)
{
    uint64_t idle = loop_now_ms(c->loop) - c->idle_ms;
    uint64_t limit = h2_codec_has_settings(c->codec) ? H2_CONN_IDLE_MS : H2_CONN_GREETING_MS;

    if (c->is_busy)
        return H2_CONN_TICK_MS;
    if (!is_public_server(c))
        return 0;
    return idle < limit ? limit - idle : 1;
}

enum err h2_conn_limits_watch(struct h2_conn *c)
{
    bool busy = is_busy(c);
    bool has_begun = busy && !c->is_busy;

    if (!busy && c->is_busy)
        c->idle_ms = loop_now_ms(c->loop);
    c->is_busy = busy;
    /* A deadline that comes too early finds nothing to do and is set again. */
    if (deadline_is_set(&c->tick) && !has_begun)
        return OK;
    uint64_t wait = wait_of(c);
    return wait > 0 ? deadline_set(c->loop, &c->tick, wait, h2_conn_limits_expired) : OK;
}

static void check_transport(struct h2_conn *c, uint64_t now)
{
    size_t queued = c->stream ? stream_queued(c->stream) : 0;

    if (queued == 0 || queued != c->queued) {
        c->queued = queued;
        c->queued_ms = now;
    } else if (now - c->queued_ms >= H2_CONN_WRITE_MS) {
        h2_conn_break(c, ERR_TIMEOUT, "the peer took nothing for 10 s");
    }
}

static void check_idle(struct h2_conn *c, uint64_t now)
{
    bool has_settings = h2_codec_has_settings(c->codec);

    if (!has_settings && now - c->opened_ms >= H2_CONN_GREETING_MS)
        h2_conn_break(c, ERR_TIMEOUT, "no HTTP/2 preface within 5 s");
    else if (has_settings && !c->is_busy && now - c->idle_ms >= H2_CONN_IDLE_MS)
        h2_conn_shutdown(c);
}

/* The answer, if there is still one to give, leaves before the reset. */
static void give_up_body(struct h2_exchange *x)
{
    struct http_head head;

    http_head_init_response(&head, 408);
    if (!x->base.head_sent && !x->is_detached &&
        h2_codec_respond(x->conn->codec, x->stream, &head, true) == OK)
        x->base.sent = true;
    h2_conn_exchange_abort(x, ERR_TIMEOUT, "the body came slower than 512 bytes/s");
}

static bool is_awaited(const struct h2_exchange *x)
{
    return !x->is_detached && !x->is_received && !x->base.paused && bytes_len(&x->held) == 0;
}

static void check_bodies(struct h2_conn *c, uint64_t now)
{
    for (struct list_node *n = list_first(&c->exchanges); n; n = list_next(&c->exchanges, n)) {
        struct h2_exchange *x = CONTAINER_OF(n, struct h2_exchange, all);

        if (!is_awaited(x) || now - x->rate_ms < H2_CONN_RATE_MS)
            continue;
        if (x->rate < H2_CONN_RATE_MIN)
            give_up_body(x);
        x->rate = 0;
        x->rate_ms = now;
    }
}

void h2_conn_limits_expired(struct deadline *d)
{
    struct h2_conn *c = CONTAINER_OF(d, struct h2_conn, tick);
    uint64_t now = loop_now_ms(c->loop);

    h2_codec_set_now(c->codec, now);
    h2_codec_tick(c->codec);
    check_transport(c, now);
    if (is_public_server(c)) {
        check_idle(c, now);
        check_bodies(c, now);
    }
    h2_conn_post(c); /* it sets the deadline again */
}
