/* A request of a line_client, sent to LINE, and its answer.
 * What can go wrong: LINE cannot be reached, is too slow, or says too much: `why`. */
#include "relay-client/line/line_call.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/line/line_token.h"

#include <stdio.h>
#include <string.h>

/* --- the answer --- */

static void on_over(struct defer_task *task)
{
    struct line_call *call = CONTAINER_OF(task, struct line_call, over);

    call->answer.detail = *call->detail ? call->detail : err_text(call->answer.why);
    call->answer.body = bytes_span(&call->answer_body);
    call->on_over(call);
}

void line_call_end(struct line_call *call, enum err why, const char *detail)
{
    deadline_clear(call->loop, &call->late);
    exchange_let_go(call->x);
    call->x = NULL;
    call->answer.why = why;
    (void)snprintf(call->detail, sizeof call->detail, "%s", detail);
    defer_post(call->loop, &call->over, on_over);
}

static void on_head(void *owner, const struct http_head *head, bool is_end)
{
    struct line_call *call = owner;

    (void)is_end;
    if (head->status >= 200)
        call->answer.status = head->status;
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct line_call *call = owner;
    enum err rc = bytes_append(&call->answer_body, data, len);

    if (rc != OK)
        line_call_end(call, rc, rc == ERR_LIMIT ? "LINE's answer is longer than 256 KiB" : "");
}

static void on_complete(void *owner)
{
    line_call_end(owner, OK, "");
}

static void on_abort(void *owner, enum err why, const char *detail)
{
    line_call_end(owner, why, detail);
}

static const struct exchange_events exchange_events = {
    .on_head = on_head,
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_abort,
};

static void on_late(struct deadline *d)
{
    line_call_end(CONTAINER_OF(d, struct line_call, late), ERR_TIMEOUT,
                  "LINE did not answer in 10 s");
}

/* --- the request --- */

static enum err make_head(const struct line_call *call, struct span authorization,
                          char length[static 24], struct http_head *head)
{
    enum err rc = OK;

    http_head_init_request(head, span_text(call->request.method),
                           span_text(call->request.path));
    head->scheme = SPAN("https");
    if (call->request.json) {
        (void)snprintf(length, 24, "%zu", call->body.len);
        rc = http_head_add(head, SPAN("Content-Type"), span_text(call->type));
        if (rc == OK)
            rc = http_head_add(head, SPAN("Content-Length"), span_text(length));
    }
    if (rc == OK && authorization.len > 0)
        rc = http_head_add(head, SPAN("Authorization"), authorization);
    return rc;
}

static enum err send_request(struct line_call *call, struct handler *line,
                             const struct http_head *head)
{
    bool is_empty = call->body.len == 0;
    const struct handler_request request = {.head = head, .end = is_empty};
    enum err rc = handler_request(line, &request, &exchange_events, call, &call->x);

    if (rc == OK && !is_empty)
        rc = exchange_send_body(call->x, call->body.ptr, call->body.len);
    return rc == OK && !is_empty ? exchange_send_end(call->x) : rc;
}

static enum err make_authorization(struct span token, struct bytes *out)
{
    enum err rc = token.len > 0 ? bytes_append_text(out, "Bearer ") : OK;

    return rc == OK ? bytes_append_span(out, token) : rc;
}

void line_call_send(struct line_call *call, struct handler *line, struct span token)
{
    struct http_head head;
    struct bytes authorization;
    char length[24];

    bytes_init(&authorization, LINE_TOKEN_MAX + 16);
    enum err rc = make_authorization(token, &authorization);
    if (rc == OK)
        rc = make_head(call, bytes_span(&authorization), length, &head);
    if (rc == OK)
        rc = send_request(call, line, &head);
    if (rc == OK)
        rc = deadline_set(call->loop, &call->late, LINE_CLIENT_MS, on_late);
    line_token_forget(&authorization);
    bytes_fini(&authorization);
    if (rc != OK)
        line_call_end(call, rc, "");
}

/* --- life --- */

enum err line_call_new(struct loop *l, const struct line_request *request,
                       struct line_call **out)
{
    size_t method = strlen(request->method) + 1, path = strlen(request->path) + 1;
    size_t json = request->json ? strlen(request->json) + 1 : 0;
    struct line_call *call = mem_alloc(sizeof *call);

    if (!call)
        return ERR_NOMEM;
    call->texts = mem_alloc(method + path + json);
    if (!call->texts) {
        mem_free(call);
        return ERR_NOMEM;
    }
    call->loop = l;
    call->request = *request;
    call->request.method = memcpy(call->texts, request->method, method);
    call->request.path = memcpy(call->texts + method, request->path, path);
    if (json > 0)
        call->body =
            span_of(memcpy(call->texts + method + path, request->json, json), json - 1);
    call->type = "application/json";
    bytes_init(&call->answer_body, LINE_CLIENT_BODY_MAX);
    *out = call;
    return OK;
}

void line_call_reset(struct line_call *call)
{
    bytes_clear(&call->answer_body);
    call->answer = (struct line_answer){0};
}

void line_call_free(struct line_call *call)
{
    deadline_clear(call->loop, &call->late);
    defer_cancel(call->loop, &call->over);
    exchange_let_go(call->x);
    list_remove(&call->in_client);
    if (call->body.len > 0)
        mem_wipe(call->texts + (call->body.ptr - call->texts), call->body.len);
    mem_free(call->texts);
    line_token_forget(&call->answer_body); /* it may hold one */
    bytes_fini(&call->answer_body);
    mem_free(call);
}
