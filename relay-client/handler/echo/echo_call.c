/* 1. the request is copied, and goes to the port or to the host
 * 2. its answer is collected
 * 3. done, and freed
 * What can go wrong:
 *   - nobody answers in 10 s, the answer is too long, the connection breaks: `why`
 *   - cancelled: the same, with ERR_CANCELLED */
#include "relay-client/handler/echo/echo_call.h"

#include "base/container.h"
#include "base/mem.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "net/pipe_stream.h"
#include "relay-client/agent_call.h"

#include <stdio.h>

#define CHUNK 16384u

struct echo_call {
    struct loop *loop;
    struct echo_way way;
    void (*done)(void *owner, const struct echo_answer *answer);
    void *owner;
    char *texts; /* owned: path, body, authorization */
    size_t texts_len;
    char length[24];
    struct http_head head;
    struct span body;
    struct agent_call *to_port; /* owned; NULL: over, or to the host */
    struct exchange *to_host;   /* owned, likewise */
    struct bytes answer_body;
    struct echo_answer answer;
    char detail[256];
    struct deadline late;
    struct defer_task over;
};

/* --- step 3 --- */

static void free_call(struct echo_call *c)
{
    if (c->texts)
        mem_wipe(c->texts, c->texts_len);
    mem_free(c->texts);
    bytes_fini(&c->answer_body);
    mem_free(c);
}

static void on_over(struct defer_task *task)
{
    struct echo_call *c = CONTAINER_OF(task, struct echo_call, over);

    c->answer.detail = *c->detail ? c->detail : err_text(c->answer.why);
    c->answer.body = bytes_span(&c->answer_body);
    c->done(c->owner, &c->answer);
    free_call(c);
}

/* The first end counts. */
static void end(struct echo_call *c, enum err why, const char *detail)
{
    deadline_clear(c->loop, &c->late);
    exchange_let_go(c->to_host);
    c->to_host = NULL;
    c->answer.why = why;
    (void)snprintf(c->detail, sizeof c->detail, "%s", detail);
    defer_post(c->loop, &c->over, on_over);
}

void echo_call_cancel(struct echo_call *c)
{
    if (c->to_port)
        agent_call_cancel(c->to_port);
    else if (c->to_host)
        end(c, ERR_CANCELLED, "");
}

/* --- step 2, from the port --- */

static void on_port_done(void *owner, const struct agent_call_result *r)
{
    struct echo_call *c = owner;
    enum err rc = r->why == OK ? bytes_append_span(&c->answer_body, r->body) : r->why;

    c->to_port = NULL;
    c->answer.status = r->status;
    end(c, rc, rc == r->why ? r->detail : "");
}

/* --- step 2, from the host --- */

static void on_head(void *owner, const struct http_head *head, bool is_end)
{
    struct echo_call *c = owner;

    (void)is_end;
    if (head->status >= 200)
        c->answer.status = head->status;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct echo_call *c = owner;
    enum err rc = bytes_append(&c->answer_body, data, len);

    if (rc != OK)
        end(c, rc, "");
}

static void on_complete(void *owner)
{
    end(owner, OK, "");
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    end(owner, why, detail);
}

static const struct exchange_events host_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
};

static void on_late(struct deadline *d)
{
    end(CONTAINER_OF(d, struct echo_call, late), ERR_TIMEOUT, "no answer in 10 s");
}

/* --- step 1 --- */

static char *put(char **at, struct span s)
{
    char *begin = *at;

    if (s.len > 0)
        memcpy(begin, s.ptr, s.len);
    *at += s.len;
    return begin;
}

static enum err copy_texts(struct echo_call *c, const struct echo_call_request *r)
{
    struct span path = span_text(r->path), bearer = SPAN("Bearer ");
    enum err rc;

    c->texts_len = path.len + r->body.len + bearer.len + r->token.len;
    c->texts = mem_alloc(c->texts_len);
    if (!c->texts)
        return ERR_NOMEM;
    char *at = c->texts;
    http_head_init_request(&c->head, SPAN("POST"), span_of(put(&at, path), path.len));
    c->body = span_of(put(&at, r->body), r->body.len);
    struct span authorization = span_of(put(&at, bearer), bearer.len + r->token.len);
    (void)put(&at, r->token);
    (void)snprintf(c->length, sizeof c->length, "%zu", c->body.len);
    c->head.scheme = r->way.port ? SPAN("http") : SPAN("https");
    rc = http_head_add(&c->head, SPAN("User-Agent"), SPAN("hookline-echo/1"));
    if (rc == OK)
        rc = http_head_add(&c->head, SPAN("Content-Type"), span_text(r->type));
    if (rc == OK)
        rc = http_head_add(&c->head, SPAN("Content-Length"), span_text(c->length));
    if (rc == OK && r->token.len > 0)
        rc = http_head_add(&c->head, SPAN("Authorization"), authorization);
    return rc;
}

static enum err send_to_port(struct echo_call *c)
{
    const struct agent_call_request request = {
        .head = &c->head,
        .body = c->body,
        .timeout_ms = ECHO_CALL_MS,
        .peer = "the LINE API port",
        .handle = &c->to_port,
    };
    struct stream *near, *far;

    c->head.authority = span_slice(span_text(lineapi_url(c->way.port)), 7, SIZE_MAX);
    enum err rc = pipe_stream_pair(c->loop, CHUNK, &near, &far);
    if (rc != OK)
        return rc;
    rc = lineapi_serve(c->way.port, far);
    if (rc != OK)
        stream_let_go(far);
    if (rc == OK)
        rc = agent_call_start(c->loop, near, &request, on_port_done, c);
    if (rc != OK)
        stream_let_go(near);
    return rc;
}

static enum err send_to_host(struct echo_call *c)
{
    const struct handler_request request = {.head = &c->head};
    enum err rc = handler_request(c->way.host, &request, &host_events, c, &c->to_host);

    if (rc == OK)
        rc = exchange_send_body(c->to_host, c->body.ptr, c->body.len);
    if (rc == OK)
        rc = exchange_send_end(c->to_host);
    if (rc == OK)
        rc = deadline_set(c->loop, &c->late, ECHO_CALL_MS, on_late);
    if (rc != OK)
        exchange_let_go(c->to_host);
    return rc;
}

enum err echo_call_start(struct loop *l, const struct echo_call_request *request,
                         struct echo_call **out)
{
    struct echo_call *c = mem_alloc(sizeof *c);

    if (!c)
        return ERR_NOMEM;
    c->loop = l;
    c->way = request->way;
    c->done = request->done;
    c->owner = request->owner;
    bytes_init(&c->answer_body, ECHO_CALL_BODY_MAX);
    enum err rc = copy_texts(c, request);
    if (rc == OK)
        rc = c->way.port ? send_to_port(c) : send_to_host(c);
    if (rc != OK) {
        free_call(c);
        return rc;
    }
    *out = c;
    return OK;
}
