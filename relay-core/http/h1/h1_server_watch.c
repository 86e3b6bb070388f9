/* One deadline per connection.  It is not moved with each event: it may go off early,
 * and then looks what is due and sets itself again.  So a busy connection costs a timer
 * now and then, not one per request. */
#include "http/h1/h1_server_impl.h"

#define STALL_CHECK_MS 2000u
#define NEVER          UINT64_MAX

static enum h1_server_phase phase_of(const struct h1_server_conn *c)
{
    if (c->life == H1_SERVER_LINGERING)
        return H1_PHASE_LINGER;
    switch (c->turn.received) {
    case H1_RECEIVED_NOTHING:
        break;
    case H1_RECEIVED_HEAD:
        return h1_server_conn_can_feed(c) ? H1_PHASE_BODY : H1_PHASE_ANSWER;
    case H1_RECEIVED_ALL:
        return H1_PHASE_ANSWER;
    }
    if (h1_codec_is_busy(&c->codec))
        return H1_PHASE_HEAD;
    return c->watch.phase == H1_PHASE_FIRST ? H1_PHASE_FIRST : H1_PHASE_IDLE;
}

static uint64_t limit_of(const struct h1_server_conn *c)
{
    switch (c->watch.phase) {
    case H1_PHASE_FIRST:
    case H1_PHASE_HEAD:
        return H1_SERVER_HEAD_MS;
    case H1_PHASE_IDLE:
        return c->retiring ? H1_SERVER_RETIRE_MS : H1_SERVER_IDLE_MS;
    case H1_PHASE_BODY:
        return H1_SERVER_BODY_MS;
    case H1_PHASE_LINGER:
        return stream_queued(c->stream) > 0 ? NEVER : H1_SERVER_LINGER_MS;
    case H1_PHASE_ANSWER:
        break;
    }
    return NEVER;
}

static void begin(struct h1_server_conn *c)
{
    c->watch.since_ms = loop_now_ms(c->loop);
    c->watch.received = 0;
}

/* Has the peer taken anything since we last looked?  Bytes that the layer below has
 * are as good as taken; a queue that does not move is a stall. */
static bool is_stalled(struct h1_server_conn *c)
{
    struct h1_server_watch *w = &c->watch;
    uint64_t now = loop_now_ms(c->loop);
    size_t queued = stream_queued(c->stream);
    uint64_t left = c->writer.total - queued;

    if (!w->waiting || queued == 0 || left != w->sent) {
        w->waiting = queued > 0;
        w->sent = left;
        w->stalled_ms = now;
    }
    return now - w->stalled_ms >= H1_SERVER_STALL_MS;
}

/* The moment at which something may be over, if nothing happens until then. */
static uint64_t due_ms(const struct h1_server_conn *c)
{
    uint64_t limit = limit_of(c);
    uint64_t due = limit == NEVER ? NEVER : c->watch.since_ms + limit;
    uint64_t check = loop_now_ms(c->loop) + STALL_CHECK_MS;

    return stream_queued(c->stream) > 0 && check < due ? check : due;
}

static void on_phase_over(struct h1_server_conn *c)
{
    switch (c->watch.phase) {
    case H1_PHASE_HEAD:
        h1_server_refuse(c, 408, ERR_TIMEOUT, "the request head took longer than 5 seconds");
        break;
    case H1_PHASE_BODY:
        if (c->watch.received >= H1_SERVER_BODY_BYTES)
            begin(c);
        else
            h1_server_refuse(c, 408, ERR_TIMEOUT,
                             "the request body came slower than 512 bytes per second");
        break;
    case H1_PHASE_FIRST: /* it said nothing: an answer would answer nothing */
    case H1_PHASE_IDLE:
        h1_server_conn_finish(c);
        break;
    case H1_PHASE_LINGER:
        h1_server_conn_break(c, ERR_TIMEOUT, "");
        break;
    case H1_PHASE_ANSWER:
        break;
    }
}

static void on_expired(struct deadline *d)
{
    struct h1_server_conn *c = CONTAINER_OF(d, struct h1_server_conn, watch.deadline);
    uint64_t limit = limit_of(c);

    if (is_stalled(c))
        h1_server_conn_break(c, ERR_TIMEOUT, "the client takes nothing of the answer");
    else if (limit != NEVER && loop_now_ms(c->loop) - c->watch.since_ms >= limit)
        on_phase_over(c);
    h1_server_conn_update(c);
}

enum err h1_server_watch_start(struct h1_server_conn *c)
{
    c->watch.phase = H1_PHASE_FIRST;
    begin(c);
    return deadline_set(c->loop, &c->watch.deadline, H1_SERVER_HEAD_MS, on_expired);
}

void h1_server_watch_retire(struct h1_server_conn *c)
{
    if (c->watch.phase == H1_PHASE_IDLE)
        begin(c);
    h1_server_conn_update(c);
}

void h1_server_watch_drained(struct h1_server_conn *c)
{
    c->watch.waiting = false;
    if (c->watch.phase == H1_PHASE_LINGER)
        begin(c); /* the wait for the peer's goodbye starts when it has ours */
}

void h1_server_watch_update(struct h1_server_conn *c)
{
    struct deadline *d = &c->watch.deadline;
    enum h1_server_phase phase = phase_of(c);
    uint64_t now = loop_now_ms(c->loop);

    if (phase != c->watch.phase) {
        c->watch.phase = phase;
        begin(c);
    }
    if (!c->watch.waiting)
        (void)is_stalled(c); /* starts its clock if something waits now */
    uint64_t due = due_ms(c);
    if (due == NEVER || (deadline_is_set(d) && d->due_ms <= due))
        return;
    if (deadline_set(c->loop, d, due > now ? due - now : 0, on_expired) != OK)
        h1_server_conn_break(c, ERR_NOMEM, err_text(ERR_NOMEM));
}
