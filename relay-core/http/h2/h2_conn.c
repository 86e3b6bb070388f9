/* The happy path:
 *  1. h2_conn_open takes the stream over; the pump writes the codec's greeting as
 *     soon as the stream is open.
 *  2. on_data feeds the codec, whose events reach the exchanges (h2_conn_exchange.c).
 *  3. Everything that anybody wants done posts the pump, which runs once in this
 *     turn: it delivers what was held back, writes up to the stream's high-water
 *     mark, frees closed exchanges, and ends the connection when its time has come.
 *  4. on_drain posts the pump again.
 *  5. h2_conn_shutdown: GOAWAY, a second later the final one (h2_conn_replace: only
 *     one); when no stream is left the stream is finished, and closed when the peer
 *     has closed too, or 1 s after the last byte has left (h2_conn_finish.c).
 *
 * What can go wrong:
 *  - The peer breaks the protocol: its GOAWAY is written, then as at 5.
 *  - The stream ends or breaks: the exchanges are aborted, on_lost, closed.
 *  - The owner closes the connection or an exchange inside any event: only the pump
 *    frees, and nothing of it is delivered from the loop's other callbacks. */
#include "http/h2/h2_conn_impl.h"

#include "base/mem.h"
#include "http/h2/h2_conn_exchange.h"
#include "http/h2/h2_conn_finish.h"
#include "http/h2/h2_conn_limits.h"

#include <stdio.h>

#define WRITE_UNIT ((size_t)64 * 1024)
#define WRITE_MAX  (WRITE_UNIT + (size_t)20 * 1024)
#define EARLY_MAX  ((size_t)64 * 1024)
#define STEP_MS    1000u

static void on_pump(struct defer_task *task);

void h2_conn_post(struct h2_conn *c)
{
    defer_post(c->loop, &c->pump, on_pump);
}

static void end_for(struct h2_conn *c, enum err why)
{
    if (c->why == OK)
        c->why = why;
    h2_conn_post(c);
}

/* --- the end --- */

static void close_stream(struct h2_conn *c)
{
    if (c->state == H2_CONN_CLOSING)
        return;
    c->state = H2_CONN_CLOSING;
    deadline_clear(c->loop, &c->tick);
    deadline_clear(c->loop, &c->step);
    if (c->why == ERR_TIMEOUT) /* a FIN would wait behind what the peer does not confirm */
        stream_reset(c->stream);
    else
        stream_close(c->stream);
    h2_conn_post(c);
}

static bool is_broken(enum err why)
{
    return why != ERR_EOF && why != ERR_PROTOCOL;
}

static void say_why(struct h2_conn *c, enum err why, const char *detail)
{
    if (c->detail[0])
        return;
    snprintf(c->detail, sizeof c->detail, "%s", detail[0] ? detail : err_text(why));
}

/* Inside an event only.  `is_over`: nothing can be written any more. */
static void lose(struct h2_conn *c, enum err why, bool is_over)
{
    bool is_asked_for = c->state == H2_CONN_DRAINING && !h2_conn_exchange_is_any_open(c);

    if (c->state >= H2_CONN_FINISHING)
        return;
    if (is_over || is_broken(why) || h2_conn_finish(c) != OK)
        close_stream(c);
    /* ERR_IO is what a peer says of one exchange. */
    h2_conn_exchange_abort_all(c, why == ERR_IO ? ERR_EOF : why, c->detail);
    if (!c->is_told && !is_asked_for) {
        c->is_told = true;
        c->events->on_lost(c->owner, why, c->detail);
    }
}

static void on_final_step(struct deadline *d)
{
    struct h2_conn *c = CONTAINER_OF(d, struct h2_conn, step);
    enum err e = h2_codec_refuse_streams(c->codec);

    if (e)
        end_for(c, e);
    h2_conn_post(c);
}

void h2_conn_shutdown(struct h2_conn *c)
{
    if (c->state != H2_CONN_OPEN)
        return;
    c->state = H2_CONN_DRAINING;
    enum err e = h2_codec_announce_shutdown(c->codec);
    if (e == OK)
        e = deadline_set(c->loop, &c->step, STEP_MS, on_final_step);
    if (e)
        end_for(c, e);
    h2_conn_post(c);
}

void h2_conn_replace(struct h2_conn *c)
{
    if (c->state != H2_CONN_OPEN)
        return;
    c->state = H2_CONN_DRAINING;
    enum err e = h2_codec_announce_takeover(c->codec);
    if (e)
        end_for(c, e);
    h2_conn_post(c);
}

void h2_conn_close(struct h2_conn *c)
{
    c->is_told = true;
    close_stream(c);
}

void h2_conn_break(struct h2_conn *c, enum err why, const char *detail)
{
    say_why(c, why, detail);
    c->why = why;
    h2_conn_post(c);
}

static void free_conn(struct h2_conn *c)
{
    h2_codec_free(c->codec);
    bytes_fini(&c->out);
    bytes_fini(&c->early);
    mem_free(c);
}

/* --- the pump --- */

static void read_early(struct h2_conn *c)
{
    enum err e = h2_codec_feed(c->codec, bytes_peek(&c->early), bytes_len(&c->early));

    bytes_fini(&c->early);
    if (e)
        end_for(c, e);
}

/* What waits in the stream can be overtaken by nothing any more. */
static size_t waiting_max(const struct h2_conn *c)
{
    return c->options.takes_turns ? STREAM_SHORT : STREAM_HIGH_WATER;
}

static enum err write_unit(struct h2_conn *c)
{
    size_t max = waiting_max(c);
    enum err e = h2_codec_produce(c->codec, &c->out, max < WRITE_UNIT ? max : WRITE_UNIT);

    if (bytes_len(&c->out) > 0 && e != ERR_NOMEM) {
        enum err written = stream_write(c->stream, bytes_peek(&c->out), bytes_len(&c->out));

        e = written ? written : e;
    }
    return e;
}

static void write_all(struct h2_conn *c)
{
    size_t written;

    h2_codec_set_now(c->codec, loop_now_ms(c->loop));
    do {
        if (!stream_is_open(c->stream) || stream_queued(c->stream) >= waiting_max(c))
            break;
        enum err e = write_unit(c);
        written = bytes_len(&c->out);
        bytes_clear(&c->out);
        if (e)
            end_for(c, e);
    } while (written > 0);
    if (h2_codec_open_streams(c->codec) == 0)
        bytes_release(&c->out);
}

/* Over for a reason, or because both sides have said all there was to say. */
static void end_if_due(struct h2_conn *c)
{
    bool is_alive = h2_codec_is_alive(c->codec);

    if (c->why != OK && (is_broken(c->why) || !is_alive)) {
        say_why(c, c->why, h2_codec_detail(c->codec));
        lose(c, c->why, false);
    } else if (!is_alive && !h2_conn_exchange_is_any_open(c)) {
        say_why(c, ERR_EOF, "the connection has come to its end");
        lose(c, ERR_EOF, false);
    }
}

static void run(struct h2_conn *c)
{
    if (bytes_len(&c->early) > 0 && c->state <= H2_CONN_DRAINING)
        read_early(c);
    h2_conn_exchange_work(c);
    if (c->state <= H2_CONN_DRAINING)
        write_all(c);
    if (c->state <= H2_CONN_DRAINING)
        end_if_due(c);
    if (c->state == H2_CONN_CLOSING)
        h2_conn_exchange_abort_all(c, ERR_CLOSED, "the connection was closed");
    h2_conn_exchange_work(c);
    if (c->state <= H2_CONN_DRAINING && h2_conn_limits_watch(c) != OK)
        end_for(c, ERR_NOMEM);
}

static void on_pump(struct defer_task *task)
{
    struct h2_conn *c = CONTAINER_OF(task, struct h2_conn, pump);

    run(c);
    if (c->stream || !list_is_empty(&c->exchanges))
        return;
    const struct h2_conn_events *events = c->events;
    void *owner = c->owner;
    defer_cancel(c->loop, &c->pump);
    free_conn(c);
    events->on_closed(owner);
}

/* --- the stream's events --- */

static void on_open(void *owner)
{
    h2_conn_post(owner);
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    struct h2_conn *c = owner;

    if (c->state <= H2_CONN_DRAINING && c->events->on_heard)
        c->events->on_heard(c->owner);
    if (c->state > H2_CONN_DRAINING)
        return;
    h2_codec_set_now(c->codec, loop_now_ms(c->loop));
    enum err e = h2_codec_feed(c->codec, data, len);
    if (e)
        end_for(c, e);
    h2_conn_post(c);
}

static void on_drain(void *owner)
{
    h2_conn_post(owner);
}

static void on_end(void *owner, enum err why)
{
    struct h2_conn *c = owner;

    if (c->state == H2_CONN_FINISHING) {
        close_stream(c);
        return;
    }
    say_why(c, why, stream_detail(c->stream));
    lose(c, why, true);
}

static void on_stream_closed(void *owner)
{
    struct h2_conn *c = owner;

    c->stream = NULL;
    h2_conn_post(c);
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_drain,
    .on_end = on_end,
    .on_closed = on_stream_closed,
};

/* --- the rest of h2_conn.h --- */

static struct h2_conn *new_conn(struct loop *l, const struct h2_options *options)
{
    struct h2_conn *c = mem_alloc(sizeof *c);

    if (!c)
        return NULL;
    c->loop = l;
    c->options = *options;
    c->idle_ms = c->opened_ms = c->queued_ms = loop_now_ms(l);
    list_init(&c->exchanges);
    list_init(&c->work);
    bytes_init(&c->out, WRITE_MAX);
    bytes_init(&c->early, EARLY_MAX);
    return c;
}

enum err h2_conn_open(struct loop *l, struct stream *stream, const struct h2_options *options,
                      const struct h2_conn_events *events, void *owner, struct h2_conn **out)
{
    struct h2_conn *c = new_conn(l, options);

    if (!c)
        return ERR_NOMEM;
    enum err e = h2_codec_new(options, &h2_conn_exchange_events, c, &c->codec);
    if (e == OK)
        e = h2_conn_limits_watch(c);
    if (e) {
        free_conn(c);
        return e;
    }
    c->events = events;
    c->owner = owner;
    c->stream = stream;
    stream_own(stream, &stream_events, c);
    if (options->takes_turns)
        stream_keep_short(stream);
    h2_conn_post(c);
    *out = c;
    return OK;
}

void h2_conn_keep_idle(struct h2_conn *c)
{
    c->keeps_idle = true;
    deadline_clear(c->loop, &c->tick);
    h2_conn_post(c);
}

enum err h2_conn_feed_early(struct h2_conn *c, const void *data, size_t len)
{
    h2_conn_post(c);
    return bytes_append(&c->early, data, len);
}

enum err h2_conn_request(struct h2_conn *c, const struct http_head *head, bool end,
                         const struct exchange_events *events, void *owner,
                         struct exchange **out)
{
    if (c->state != H2_CONN_OPEN || c->why != OK)
        return ERR_CLOSED;
    if (c->owned_len >= c->options.streams_max)
        return ERR_BUSY;
    struct h2_exchange *x = h2_conn_exchange_new(c);
    if (!x)
        return ERR_NOMEM;
    enum err e = h2_codec_request(c->codec, head, end, x, &x->stream);
    if (e) {
        h2_conn_exchange_discard(x);
        return e;
    }
    c->owned_len++;
    x->base.head_sent = true;
    x->base.sent = end;
    exchange_own(&x->base, events, owner);
    h2_conn_post(c);
    *out = &x->base;
    return OK;
}

enum err h2_conn_ping(struct h2_conn *c, uint64_t opaque)
{
    if (c->state > H2_CONN_DRAINING)
        return ERR_CLOSED;
    h2_conn_post(c);
    return h2_codec_ping(c->codec, opaque);
}

uint32_t h2_conn_open_streams(const struct h2_conn *c)
{
    return h2_codec_open_streams(c->codec);
}
