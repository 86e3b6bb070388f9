/* 1. the socket is connected, and its stream opens
 * 2. an HTTP/1 connection takes it over, the request leaves
 * 3. the answer is read whole
 * 4. the connection is closed, and with it the loop has nothing left to wait for */
#include "relay-server/control/control_call.h"

#include "base/container.h"
#include "base/text.h"
#include "codec/json/json.h"
#include "http/h1/h1_client_conn.h"
#include "loop/deadline.h"
#include "net/local_socket.h"
#include "relay-server/control/control_status.h"

#include <stdio.h>

struct call {
    struct loop *loop;     /* owned */
    struct stream *stream; /* owned in step 1 */
    struct h1_client_conn *conn;
    struct exchange *exchange;
    const struct control_question *question;
    struct control_reply *reply;
    struct deadline deadline;
    enum err why; /* OK as soon as the answer is complete */
};

/* --- step 4 --- */

static void end(struct call *c, enum err why)
{
    c->why = why;
    deadline_clear(c->loop, &c->deadline);
    exchange_let_go(c->exchange);
    c->exchange = NULL;
    if (c->conn)
        h1_client_conn_close(c->conn);
    else
        stream_let_go(c->stream);
}

static void on_nothing(void *owner)
{
    (void)owner;
}

static const struct h1_client_conn_events conn_events = {
    .on_idle = on_nothing,
    .on_closed = on_nothing,
};

static void on_late(struct deadline *d)
{
    end(CONTAINER_OF(d, struct call, deadline), ERR_TIMEOUT);
}

/* --- step 3 --- */

static void on_head(void *owner, const struct http_head *head, bool is_end)
{
    struct call *c = owner;

    (void)is_end;
    c->reply->status = head->status;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct call *c = owner;
    enum err rc = bytes_append(&c->reply->body, data, len);

    if (rc != OK)
        end(c, rc);
}

static void on_complete(void *owner)
{
    end(owner, OK);
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    (void)detail;
    end(owner, why);
}

static const struct exchange_events exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
};

/* --- step 2 --- */

static enum err send_question(struct call *c)
{
    const struct control_question *q = c->question;
    bool is_empty = q->body.len == 0;
    struct http_head head;
    char length[24];

    (void)snprintf(length, sizeof length, "%zu", q->body.len);
    http_head_init_request(&head, span_text(q->method), span_text(q->target));
    head.scheme = SPAN("http");
    head.authority = SPAN("localhost");
    enum err rc = OK;
    if (!is_empty)
        rc = http_head_add(&head, SPAN("content-length"), span_text(length));
    if (rc == OK)
        rc =
            h1_client_conn_request(c->conn, &head, is_empty, &exchange_events, c, &c->exchange);
    if (rc == OK && !is_empty)
        rc = exchange_send_body(c->exchange, q->body.ptr, q->body.len);
    return rc == OK && !is_empty ? exchange_send_end(c->exchange) : rc;
}

static void on_open(void *owner)
{
    struct call *c = owner;
    enum err rc = h1_client_conn_open(c->loop, c->stream, &conn_events, c, &c->conn);

    if (rc == OK)
        rc = send_question(c);
    if (rc != OK)
        end(c, rc);
}

/* --- step 1 --- */

static void on_data(void *owner, const uint8_t *data, size_t len)
{
    (void)owner;
    (void)data;
    (void)len;
}

static void on_end(void *owner, enum err why)
{
    end(owner, why);
}

static const struct stream_events stream_events = {
    .on_open = on_open,
    .on_data = on_data,
    .on_drain = on_nothing,
    .on_end = on_end,
    .on_closed = on_nothing,
};

static enum err ask(struct call *c, const char *path)
{
    enum err rc = local_socket_connect(c->loop, path, &c->stream);

    if (rc != OK)
        return rc == ERR_REFUSED ? ERR_NOT_FOUND : rc;
    stream_own(c->stream, &stream_events, c);
    rc = deadline_set(c->loop, &c->deadline, CONTROL_CALL_MS, on_late);
    if (rc != OK)
        end(c, rc);
    loop_run(c->loop);
    return c->why;
}

/* --- what is told --- */

static void explain(struct control_reply *r, enum err why, const char *path)
{
    if (why == ERR_NOT_FOUND)
        (void)snprintf(r->detail, sizeof r->detail,
                       "no relay runs on this folder (nobody serves %.120s); --data names "
                       "another",
                       path);
    else if (why == ERR_DENIED)
        (void)snprintf(r->detail, sizeof r->detail,
                       "%.120s belongs to another user: run this as root or as the relay's own",
                       path);
    else
        (void)snprintf(r->detail, sizeof r->detail, "%.120s: %s", path, err_text(why));
}

/* Of a problem+json. */
static void quote_problem(struct control_reply *r)
{
    struct json_doc doc;
    enum err rc = json_parse(&doc, bytes_span(&r->body), CONTROL_STATUS_MAX);
    const char *detail = rc == OK ? json_string(json_member(json_root(&doc), "detail")) : NULL;

    if (detail)
        (void)text_escape(r->detail, sizeof r->detail, span_text(detail));
    else
        (void)snprintf(r->detail, sizeof r->detail, "the relay answered %u", r->status);
    json_fini(&doc);
}

enum err control_call_path(const struct command_call *call, char out[static PATHS_MAX])
{
    const char *data = settings_text(call->settings, "data");

    return paths_join(data ? data : call->paths->state_folder, "relay.sock", out);
}

enum err control_call(const char *path, const struct control_question *question,
                      struct control_reply *out)
{
    struct call c = {.question = question, .reply = out, .why = ERR_EOF};

    *out = (struct control_reply){0};
    bytes_init(&out->body, CONTROL_STATUS_MAX);
    enum err rc = loop_new(clock_system(), &c.loop);
    if (rc == OK) {
        rc = ask(&c, path);
        loop_run(c.loop);
        loop_free(c.loop);
    }
    if (rc != OK)
        explain(out, rc, path);
    else if (out->status >= 400)
        quote_problem(out);
    return rc;
}

void control_call_fini(struct control_reply *r)
{
    bytes_fini(&r->body);
}
