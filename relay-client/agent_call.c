/* 1. the stream opens; an HTTP/1 connection takes it over
 * 2. the request leaves, its body piece by piece, or drop by drop
 * 3. *stored* brings the id, then comes the answer
 * 4. complete, broken or too late: the connection is closed, then on_done */
#include "relay-client/agent_call.h"

#include "base/container.h"
#include "base/mem.h"
#include "http/h1/h1_client_conn.h"
#include "link/link_handshake.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "relay-client/agent/agent_context.h"

#include <stdio.h>

#define ANSWER_KEPT ((size_t)64 * 1024)
#define PIECE_MAX   ((size_t)64 * 1024)
#define DRIPS       20u

struct agent_call {
    struct loop *loop;
    struct stream *stream;       /* owned in step 1 */
    struct h1_client_conn *conn; /* owned from 2 on */
    struct exchange *exchange;   /* owned in 2 and 3 */
    struct agent_call_request request;
    size_t sent; /* of its body */
    struct deadline late, drip;
    struct defer_task opened; /* the stream was open already */
    bool is_over;             /* step 4 */
    struct agent_call_result result;
    struct bytes body;
    char detail[256];
    uint64_t began_us;
    void (*on_done)(void *owner, const struct agent_call_result *r);
    void *owner;
};

/* --- step 4 --- */

static void finish(struct agent_call *s)
{
    deadline_clear(s->loop, &s->late);
    deadline_clear(s->loop, &s->drip);
    defer_cancel(s->loop, &s->opened);
    s->result.detail = *s->detail ? s->detail : err_text(s->result.why);
    s->result.body = bytes_span(&s->body);
    s->result.took_us = clock_us(loop_clock(s->loop)) - s->began_us;
    s->on_done(s->owner, &s->result);
    bytes_fini(&s->body);
    mem_free(s);
}

static void end(struct agent_call *s, enum err why, const char *detail)
{
    if (s->is_over)
        return;
    s->is_over = true;
    deadline_clear(s->loop, &s->drip);
    s->result.why = why;
    (void)snprintf(s->detail, sizeof s->detail, "%s", *detail ? detail : err_text(why));
    exchange_let_go(s->exchange);
    s->exchange = NULL;
    h1_client_conn_close(s->conn);
}

static void on_conn_closed(void *owner)
{
    finish(owner);
}

static void on_idle(void *owner)
{
    (void)owner;
}

static const struct h1_client_conn_events conn_events = {
    .on_idle = on_idle,
    .on_closed = on_conn_closed,
};

/* --- step 3 --- */

static void on_head(void *owner, const struct http_head *head, bool end_of_message)
{
    struct agent_call *s = owner;

    (void)end_of_message;
    if (head->status == LINK_STATUS_STORED)
        (void)span_parse_u64(http_head_value(head, AGENT_FIELD_EXCHANGE), &s->result.exchange);
    if (head->status >= 200)
        s->result.status = head->status;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct agent_call *s = owner;
    size_t room = ANSWER_KEPT - bytes_len(&s->body);

    if (bytes_append(&s->body, data, len < room ? len : room) != OK)
        end(s, ERR_NOMEM, "");
}

static void on_complete(void *owner)
{
    end(owner, OK, "");
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    end(owner, why, detail);
}

static enum err send_piece(struct agent_call *s, size_t max)
{
    struct span piece = span_slice(s->request.body, s->sent, s->sent + max);
    enum err rc = exchange_send_body(s->exchange, piece.ptr, piece.len);

    s->sent += piece.len;
    return rc == OK && s->sent == s->request.body.len ? exchange_send_end(s->exchange) : rc;
}

/* As much of the body as there is room for. */
static enum err send_more(struct agent_call *s)
{
    enum err rc = OK;

    while (rc == OK && s->sent < s->request.body.len &&
           exchange_queued(s->exchange) <= EXCHANGE_HIGH_WATER)
        rc = send_piece(s, PIECE_MAX);
    return rc;
}

static void on_drip(struct deadline *d)
{
    struct agent_call *s = CONTAINER_OF(d, struct agent_call, drip);
    size_t len = s->request.body.len;
    enum err rc = send_piece(s, (len + DRIPS - 1) / DRIPS);

    if (rc == OK && s->sent < len)
        rc = deadline_set(s->loop, d, s->request.drip_ms / DRIPS, on_drip);
    if (rc != OK)
        end(s, rc, "the request cannot be sent");
}

static void on_drain(void *owner)
{
    struct agent_call *s = owner;
    enum err rc = s->request.drip_ms > 0 ? OK : send_more(s);

    if (rc != OK)
        end(s, rc, "the request cannot be sent");
}

static void nothing(void *owner)
{
    (void)owner;
}

static const struct exchange_events exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_drain = on_drain,
    .on_abort = on_abort,
};

/* --- step 2 --- */

static enum err send(struct agent_call *s)
{
    bool empty = s->request.body.len == 0;
    enum err rc = h1_client_conn_request(s->conn, s->request.head, empty, &exchange_events, s,
                                         &s->exchange);

    if (rc != OK || empty)
        return rc;
    if (s->request.drip_ms == 0)
        return send_more(s);
    return deadline_set(s->loop, &s->drip, s->request.drip_ms / DRIPS, on_drip);
}

static void on_open(void *owner)
{
    struct agent_call *s = owner;
    enum err rc = h1_client_conn_open(s->loop, s->stream, &conn_events, s, &s->conn);

    if (rc != OK) {
        s->result.why = rc;
        stream_close(s->stream);
        return;
    }
    rc = send(s);
    if (rc != OK)
        end(s, rc, "the request cannot be sent");
}

/* --- step 1 --- */

/* The first reason counts. */
static void give_up(struct agent_call *s, enum err why, const char *detail)
{
    if (s->result.why != OK)
        return;
    s->result.why = why;
    (void)snprintf(s->detail, sizeof s->detail, "%s", detail);
    stream_close(s->stream);
}

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_end(void *owner, enum err why)
{
    struct agent_call *s = owner;

    give_up(s, why, stream_detail(s->stream));
}

static void on_stream_closed(void *owner)
{
    finish(owner);
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = nothing,
    .on_end = on_end,
    .on_closed = on_stream_closed,
};

static void cut(struct agent_call *s, enum err why, const char *detail)
{
    if (s->conn)
        end(s, why, detail);
    else
        give_up(s, why, detail);
}

static void on_opened_before(struct defer_task *task)
{
    struct agent_call *s = CONTAINER_OF(task, struct agent_call, opened);

    if (stream_is_open(s->stream))
        on_open(s);
}

static void on_late(struct deadline *d)
{
    struct agent_call *s = CONTAINER_OF(d, struct agent_call, late);
    char detail[80];

    (void)snprintf(detail, sizeof detail, "%s does not answer",
                   s->request.peer ? s->request.peer : "the agent");
    cut(s, ERR_TIMEOUT, detail);
}

void agent_call_cancel(struct agent_call *call)
{
    cut(call, ERR_CANCELLED, "");
}

enum err agent_call_start(struct loop *l, struct stream *stream,
                          const struct agent_call_request *request,
                          void (*on_done)(void *owner, const struct agent_call_result *r),
                          void *owner)
{
    struct agent_call *s = mem_alloc(sizeof *s);

    if (!s)
        return ERR_NOMEM;
    s->loop = l;
    s->stream = stream;
    s->request = *request;
    s->on_done = on_done;
    s->owner = owner;
    s->began_us = clock_us(loop_clock(l));
    if (request->timeout_ms > 0 && deadline_set(l, &s->late, request->timeout_ms, on_late)) {
        mem_free(s);
        return ERR_NOMEM;
    }
    bytes_init(&s->body, ANSWER_KEPT);
    stream_own(stream, &stream_events, s);
    if (stream_is_open(stream))
        defer_post(l, &s->opened, on_opened_before);
    if (request->handle)
        *request->handle = s;
    return OK;
}
