/* The happy path:
 *  1. The dial gives a stream; over https a TLS stream is put on it.
 *  2. on_ready: the stream, with a tap on it, belongs to an h1_client_conn.
 *  3. Exchanges, one after another.  While it rests a deadline runs.
 *  4. Closed by the bot, by the deadline, or by the pool: on_closed, freed.
 *
 * What can go wrong:
 *  - Nobody listens, TLS fails, memory is out: on_failed, freed.
 *  - Closed before it is ready: nothing is left to wait for but a task that says so. */
#include "relay-client/handler/forward/forward_connection.h"

#include "base/container.h"
#include "base/mem.h"
#include "http/h1/h1_client_conn.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/dial.h"
#include "net/tls/tls_stream.h"

#include <stdio.h>

#define DETAIL_SIZE 512u

struct forward_connection {
    struct list_node in_pool;
    struct loop *loop;                   /* borrowed for ever */
    const struct forward_target *target; /* borrowed */
    const struct forward_connection_events *events;
    void *owner;
    struct dial *dial;           /* owned; one of these three at a time */
    struct stream *tls;          /* owned, while its handshake lasts */
    struct h1_client_conn *http; /* owned */
    struct deadline deadline;    /* of the handshake, then of a rest */
    struct defer_task task;
    struct forward_tap_heard heard;
    uint64_t rests_from_ms;
    unsigned uses;
    bool closing;
};

/* --- the end --- */

/* Nothing is open any more. */
static void on_gone(struct defer_task *task)
{
    struct forward_connection *c = CONTAINER_OF(task, struct forward_connection, task);

    c->events->on_closed(c->owner, c);
    deadline_clear(c->loop, &c->deadline);
    list_remove(&c->in_pool);
    mem_free(c);
}

void forward_connection_close(struct forward_connection *c)
{
    if (c->closing)
        return;
    c->closing = true;
    deadline_clear(c->loop, &c->deadline);
    if (c->http) {
        h1_client_conn_close(c->http);
        return;
    }
    if (c->dial)
        dial_cancel(c->dial);
    if (c->tls)
        stream_let_go(c->tls);
    c->dial = NULL;
    c->tls = NULL;
    defer_post(c->loop, &c->task, on_gone);
}

static void fail(struct forward_connection *c, enum err why, const char *detail)
{
    deadline_clear(c->loop, &c->deadline);
    if (c->tls)
        stream_let_go(c->tls);
    c->events->on_failed(c->owner, c, why, detail);
    mem_free(c);
}

/* --- step 3 --- */

static void on_http_idle(void *owner)
{
    struct forward_connection *c = owner;

    if (!c->closing)
        c->events->on_idle(c->owner, c);
}

static void on_http_closed(void *owner)
{
    struct forward_connection *c = owner;

    on_gone(&c->task);
}

static const struct h1_client_conn_events http_events = {
    .on_idle = on_http_idle,
    .on_closed = on_http_closed,
};

static void on_rested(struct deadline *d)
{
    forward_connection_close(CONTAINER_OF(d, struct forward_connection, deadline));
}

void forward_connection_rest(struct forward_connection *c)
{
    c->rests_from_ms = loop_now_ms(c->loop);
    if (deadline_set(c->loop, &c->deadline, FORWARD_CONNECTION_IDLE_MS, on_rested) != OK)
        forward_connection_close(c);
}

uint64_t forward_connection_rested_ms(const struct forward_connection *c)
{
    return loop_now_ms(c->loop) - c->rests_from_ms;
}

bool forward_connection_is_usable(const struct forward_connection *c)
{
    return !c->closing && c->http && h1_client_conn_is_usable(c->http);
}

enum err forward_connection_request(struct forward_connection *c, const struct http_head *head,
                                    bool end, struct exchange **out)
{
    deadline_clear(c->loop, &c->deadline);
    c->heard = (struct forward_tap_heard){0};
    c->uses++;
    enum err rc = h1_client_conn_request(c->http, head, end, NULL, NULL, out);
    if (rc != OK)
        forward_connection_close(c);
    return rc;
}

unsigned forward_connection_uses(const struct forward_connection *c)
{
    return c->uses;
}

const struct forward_tap_heard *forward_connection_heard(const struct forward_connection *c)
{
    return &c->heard;
}

struct list_node *forward_connection_node(struct forward_connection *c)
{
    return &c->in_pool;
}

struct forward_connection *forward_connection_at(struct list_node *node)
{
    return CONTAINER_OF(node, struct forward_connection, in_pool);
}

/* --- step 2 --- */

static void speak_http(struct forward_connection *c, struct stream *stream)
{
    struct stream *tapped = NULL;
    enum err rc = forward_tap_open(stream, &c->heard, &tapped);

    if (rc != OK) {
        stream_let_go(stream);
    } else {
        rc = h1_client_conn_open(c->loop, tapped, &http_events, c, &c->http);
        if (rc != OK)
            stream_let_go(tapped);
    }
    if (rc != OK)
        fail(c, rc, err_text(rc));
    else
        c->events->on_ready(c->owner, c);
}

/* --- step 1 --- */

static void fail_tls(struct forward_connection *c, enum err why, const char *reason)
{
    char detail[DETAIL_SIZE];

    (void)snprintf(detail, sizeof detail, "TLS with the bot at %s failed: %s",
                   c->target->address, *reason ? reason : err_text(why));
    fail(c, why == ERR_NOMEM ? why : ERR_TLS, detail);
}

static void on_tls_open(void *owner)
{
    struct forward_connection *c = owner;
    struct stream *tls = c->tls;

    c->tls = NULL;
    deadline_clear(c->loop, &c->deadline);
    speak_http(c, tls);
}

static void on_tls_end(void *owner, enum err why)
{
    struct forward_connection *c = owner;

    fail_tls(c, why, stream_detail(c->tls));
}

static void on_no_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_nothing(void *owner)
{
    (void)owner;
}

/* During the handshake; data and drain do not come before on_open. */
static const struct stream_events tls_events = {
    .on_open = on_tls_open,
    .on_data = on_no_data,
    .on_drain = on_nothing,
    .on_end = on_tls_end,
    .on_closed = on_nothing,
};

static void on_slow_handshake(struct deadline *d)
{
    fail_tls(CONTAINER_OF(d, struct forward_connection, deadline), ERR_TIMEOUT,
             "no end of the handshake within 5 s");
}

static void speak_tls(struct forward_connection *c, struct stream *stream)
{
    enum err rc =
        deadline_set(c->loop, &c->deadline, FORWARD_CONNECTION_HANDSHAKE_MS, on_slow_handshake);

    if (rc == OK)
        rc = tls_stream_wrap(c->loop, stream, c->target->tls, c->target->url.host, &c->tls);
    if (rc != OK) {
        stream_let_go(stream);
        fail(c, rc, err_text(rc));
        return;
    }
    stream_own(c->tls, &tls_events, c);
}

static void on_connected(void *owner, struct stream *stream)
{
    struct forward_connection *c = owner;

    c->dial = NULL;
    if (c->target->tls)
        speak_tls(c, stream);
    else
        speak_http(c, stream);
}

static void on_dial_failed(void *owner, enum err why, const char *reason)
{
    struct forward_connection *c = owner;
    char detail[DETAIL_SIZE];

    c->dial = NULL;
    if (why == ERR_REFUSED)
        (void)snprintf(detail, sizeof detail,
                       "nothing listens on %s (connection refused): is the bot running?",
                       c->target->address);
    else if (why == ERR_TIMEOUT)
        (void)snprintf(detail, sizeof detail,
                       "%s does not answer, not even with a refusal: is the address right?",
                       c->target->address);
    else
        (void)snprintf(detail, sizeof detail, "cannot connect to the bot: %s", reason);
    fail(c, why, detail);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_dial_failed,
};

enum err forward_connection_open(struct loop *l, const struct forward_target *target,
                                 const struct forward_connection_events *events, void *owner,
                                 struct forward_connection **out)
{
    struct dial_options options = {
        .host = target->url.host,
        .port = target->url.port,
        .timeout_ms = FORWARD_CONNECTION_DIAL_MS,
    };
    struct forward_connection *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->loop = l;
    c->target = target;
    c->events = events;
    c->owner = owner;
    enum err rc = dial_start(l, &options, &dial_events, c, &c->dial);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    *out = c;
    return OK;
}
