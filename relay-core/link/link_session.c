/* The happy path:
 *  1. link_session_open puts an h2_conn on the stream, the relay as client, and
 *     sends a first ping, which measures the round trip.
 *  2. Requests come and go: h2_conn.  Every byte from the peer feeds the heartbeat.
 *  3. The heartbeat asks for a ping when nothing was heard for 10 s.
 *  4. link_session_shutdown or _replace: GOAWAY, streams finish, on_closed.
 *
 * What can go wrong:
 *  - Nothing is heard for 15 s: the connection is broken off, on_lost.
 *  - The peer breaks the protocol, or the stream ends: on_lost from h2_conn.
 *  - Streams do not finish within 30 s of the shutdown: cut off. */
#include "link/link_session.h"

#include "base/container.h"
#include "base/mem.h"
#include "http/h2/h2_conn.h"
#include "link/heartbeat.h"

#define FINISH_MS 30000u
/* A webhook's body is sent in one piece, 1 MiB at most; a streamed one stops at
 * EXCHANGE_HIGH_WATER. */
#define SEND_MAX ((size_t)1024 * 1024 + EXCHANGE_HIGH_WATER)

struct link_session {
    struct loop *loop;    /* borrowed for ever */
    struct h2_conn *conn; /* owned; frees itself before its on_closed */
    const struct link_session_events *events;
    void *owner;
    struct heartbeat heartbeat;
    struct deadline finish;
    uint64_t ping_us; /* when the last ping was sent, also its contents */
    uint64_t rtt_us;
};

static uint64_t now_us(const struct link_session *s)
{
    return clock_us(loop_clock(s->loop));
}

/* --- the heartbeat --- */

static void on_ping(void *owner)
{
    struct link_session *s = owner;
    uint64_t now = now_us(s);

    if (h2_conn_ping(s->conn, now) == OK)
        s->ping_us = now;
}

static void on_dead(void *owner)
{
    struct link_session *s = owner;

    h2_conn_break(s->conn, ERR_TIMEOUT, "nothing was heard for 15 s");
}

static void on_wake(void *owner)
{
    struct link_session *s = owner;

    if (s->events->on_wake)
        s->events->on_wake(s->owner);
}

static const struct heartbeat_events heartbeat_events = {
    .on_ping = on_ping,
    .on_dead = on_dead,
    .on_wake = on_wake,
};

/* --- the connection --- */

static void on_request(void *owner, struct exchange *x, const struct http_head *head, bool end)
{
    struct link_session *s = owner;

    s->events->on_request(s->owner, x, head, end);
}

/* A peer could answer pings that were never sent: only the last one counts. */
static void on_ping_ack(void *owner, uint64_t opaque)
{
    struct link_session *s = owner;
    uint64_t now = now_us(s);

    if (opaque != s->ping_us || s->ping_us == 0)
        return;
    s->ping_us = 0;
    s->rtt_us = now > opaque ? now - opaque : 1;
}

static void on_heard(void *owner)
{
    struct link_session *s = owner;

    heartbeat_heard(&s->heartbeat);
}

static void on_goaway(void *owner, uint32_t code)
{
    struct link_session *s = owner;

    s->events->on_goaway(s->owner, code == H2_TAKEOVER);
}

static void stop_watching(struct link_session *s)
{
    heartbeat_fini(&s->heartbeat);
    deadline_clear(s->loop, &s->finish);
}

static void on_lost(void *owner, enum err why, const char *detail)
{
    struct link_session *s = owner;

    stop_watching(s);
    s->events->on_lost(s->owner, why, detail);
}

static void on_closed(void *owner)
{
    struct link_session *s = owner;
    const struct link_session_events *events = s->events;
    void *its_owner = s->owner;

    stop_watching(s);
    mem_free(s);
    events->on_closed(its_owner);
}

static const struct h2_conn_events conn_events = {
    .on_request = on_request,
    .on_ping_ack = on_ping_ack,
    .on_heard = on_heard,
    .on_goaway = on_goaway,
    .on_lost = on_lost,
    .on_closed = on_closed,
};

/* --- life --- */

static enum err open_conn(struct link_session *s, struct stream *stream, enum link_side side)
{
    const struct h2_options options = {
        .role = side == LINK_RELAY ? H2_CLIENT : H2_SERVER,
        .streams_max = LINK_STREAMS_MAX,
        .stream_window = LINK_STREAM_WINDOW,
        .connection_window = LINK_CONNECTION_WINDOW,
        .send_max = SEND_MAX,
        .takes_turns = true,
    };
    enum err e = heartbeat_init(&s->heartbeat, s->loop, &heartbeat_events, s);

    return e ? e : h2_conn_open(s->loop, stream, &options, &conn_events, s, &s->conn);
}

enum err link_session_open(struct loop *l, struct stream *stream, enum link_side side,
                           const struct link_session_events *events, void *owner,
                           struct link_session **out)
{
    struct link_session *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    s->loop = l;
    s->events = events;
    s->owner = owner;
    enum err e = open_conn(s, stream, side);
    if (e) {
        stop_watching(s);
        mem_free(s);
        return e;
    }
    h2_conn_keep_idle(s->conn);
    on_ping(s);
    *out = s;
    return OK;
}

enum err link_session_feed_early(struct link_session *s, const void *data, size_t len)
{
    return h2_conn_feed_early(s->conn, data, len);
}

enum err link_session_request(struct link_session *s, const struct http_head *head, bool end,
                              const struct exchange_events *events, void *owner,
                              struct exchange **out)
{
    return h2_conn_request(s->conn, head, end, events, owner, out);
}

static void on_finish_late(struct deadline *d)
{
    struct link_session *s = CONTAINER_OF(d, struct link_session, finish);

    link_session_close(s);
}

static void finish_soon(struct link_session *s)
{
    if (deadline_set(s->loop, &s->finish, FINISH_MS, on_finish_late) != OK)
        link_session_close(s);
}

void link_session_shutdown(struct link_session *s)
{
    h2_conn_shutdown(s->conn);
    finish_soon(s);
}

void link_session_replace(struct link_session *s)
{
    h2_conn_replace(s->conn);
    finish_soon(s);
}

void link_session_close(struct link_session *s)
{
    stop_watching(s);
    h2_conn_close(s->conn);
}

uint64_t link_session_rtt_us(const struct link_session *s)
{
    return s->rtt_us;
}
