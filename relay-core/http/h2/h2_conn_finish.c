#include "http/h2/h2_conn_finish.h"

#include "base/container.h"
#include "http/h2/h2_conn_limits.h"

#define LOOK_MS 1000u

static void on_look(struct deadline *d);

static enum err look_later(struct h2_conn *c)
{
    return deadline_set(c->loop, &c->step, LOOK_MS, on_look);
}

/* Nothing waited a second ago, nor now; or what waits does not move. */
static bool is_over(const struct h2_conn *c, size_t queued, uint64_t now)
{
    if (queued != c->queued)
        return false;
    return queued == 0 || now - c->queued_ms >= H2_CONN_WRITE_MS;
}

static void on_look(struct deadline *d)
{
    struct h2_conn *c = CONTAINER_OF(d, struct h2_conn, step);
    size_t queued = stream_queued(c->stream);
    uint64_t now = loop_now_ms(c->loop);
    bool is_done = is_over(c, queued, now);

    if (queued != c->queued)
        c->queued_ms = now;
    c->queued = queued;
    if (is_done || look_later(c) != OK)
        h2_conn_close(c);
}

enum err h2_conn_finish(struct h2_conn *c)
{
    c->state = H2_CONN_FINISHING;
    deadline_clear(c->loop, &c->tick);
    stream_finish(c->stream);
    c->queued = stream_queued(c->stream);
    c->queued_ms = loop_now_ms(c->loop);
    return stream_is_open(c->stream) ? look_later(c) : ERR_CLOSED;
}
