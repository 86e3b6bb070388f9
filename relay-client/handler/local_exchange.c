/* The happy path:
 *  1. The request's body is collected; its end makes the task ask the handler.
 *  2. The answer is kept, and the task gives it: head, body in pieces, the end.  Each
 *     run of the task does one thing, and that is the last thing it does.
 *  3. The owner closes: on_close, then from the task on_closed and on_free.
 *
 * What can go wrong:
 *  - The body is too large: the handler is asked at once, and says no.
 *  - The owner pauses: the pieces wait.  It closes early: the task sees the state. */
#include "relay-client/handler/local_exchange.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define PIECE_MAX  ((size_t)64 * 1024)
#define ANSWER_MAX ((size_t)16 * 1024 * 1024) /* JSON may make six bytes of one */

static struct local_exchange *from_base(const struct exchange *x)
{
    return CONTAINER_OF((uintptr_t)x, struct local_exchange, base);
}

static void on_turn(struct defer_task *task);

static void post(struct local_exchange *x)
{
    defer_post(x->handler->loop, &x->task, on_turn);
}

/* --- the answer --- */

static enum err make_head(const struct local_exchange *x, struct http_head *head,
                          char length[static 24])
{
    const char *const fields[][2] = {
        {"content-type", x->content_type},
        {"content-length", length},
        {"cache-control", "no-store"},
        {"x-content-type-options", "nosniff"},
        {"content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"},
    };
    enum err rc = OK;

    (void)snprintf(length, 24, "%zu", bytes_len(&x->answer));
    http_head_init_response(head, x->status);
    for (size_t i = 0; i < ARRAY_LEN(fields) && rc == OK; i++)
        rc = http_head_add(head, span_text(fields[i][0]), span_text(fields[i][1]));
    return rc;
}

static void give_head(struct local_exchange *x)
{
    struct http_head head;
    char length[24];
    enum err rc = make_head(x, &head, length);
    bool end = bytes_len(&x->answer) == 0 || span_is(x->head.method, SPAN("HEAD"));

    if (end)
        bytes_clear(&x->answer);
    x->step = LOCAL_EXCHANGE_BODY;
    post(x);
    if (rc == OK)
        exchange_emit_head(&x->base, &head, end);
}

static void give_body(struct local_exchange *x)
{
    size_t len = bytes_len(&x->answer);

    if (x->base.paused)
        return;
    if (len == 0) {
        x->step = LOCAL_EXCHANGE_OVER;
        exchange_emit_complete(&x->base);
        return;
    }
    if (len > PIECE_MAX)
        len = PIECE_MAX;
    post(x);
    exchange_emit_body(&x->base, bytes_peek(&x->answer), len);
    bytes_consume(&x->answer, len); /* freed only by the task, so still there */
}

static void fail(struct local_exchange *x)
{
    x->step = LOCAL_EXCHANGE_OVER;
    exchange_emit_abort(&x->base, x->why, x->detail ? x->detail : err_text(x->why));
}

static void finish(struct local_exchange *x)
{
    struct handler *h = x->handler;

    exchange_emit_closed(&x->base);
    list_remove(&x->in_handler);
    mem_free(x->storage);
    mem_free(x->detail);
    bytes_fini(&x->body);
    bytes_fini(&x->answer);
    x->hooks->on_free(x);
    handler_release(h);
}

static void on_turn(struct defer_task *task)
{
    struct local_exchange *x = CONTAINER_OF(task, struct local_exchange, task);

    if (x->base.state == EXCHANGE_CLOSING) {
        finish(x);
        return;
    }
    switch (x->step) {
    case LOCAL_EXCHANGE_RECEIVED:
        x->step = LOCAL_EXCHANGE_ASKED;
        x->hooks->on_request(x);
        break;
    case LOCAL_EXCHANGE_FAILED:
        fail(x);
        break;
    case LOCAL_EXCHANGE_HEAD:
        give_head(x);
        break;
    case LOCAL_EXCHANGE_BODY:
        give_body(x);
        break;
    case LOCAL_EXCHANGE_RECEIVING:
    case LOCAL_EXCHANGE_ASKED:
    case LOCAL_EXCHANGE_OVER:
        break;
    }
}

/* --- for the handler --- */

static bool may_answer(const struct local_exchange *x)
{
    return x->base.state == EXCHANGE_OPEN && x->step < LOCAL_EXCHANGE_FAILED;
}

void local_exchange_answer(struct local_exchange *x, unsigned status, const char *content_type,
                           struct span body)
{
    if (!may_answer(x))
        return;
    enum err rc = bytes_append_span(&x->answer, body);
    if (rc != OK) {
        local_exchange_fail(x, rc, err_text(rc));
        return;
    }
    x->status = status;
    x->content_type = content_type;
    x->step = LOCAL_EXCHANGE_HEAD;
    post(x);
}

void local_exchange_fail(struct local_exchange *x, enum err why, const char *detail)
{
    if (!may_answer(x))
        return;
    x->why = why;
    x->detail = mem_text(detail, strlen(detail));
    x->step = LOCAL_EXCHANGE_FAILED;
    post(x);
}

void local_exchange_fail_all(struct list *exchanges, enum err why, const char *detail)
{
    struct list_node *n = list_first(exchanges);

    for (; n; n = list_next(exchanges, n))
        local_exchange_fail(CONTAINER_OF(n, struct local_exchange, in_handler), why, detail);
}

/* --- exchange_ops --- */

static enum err local_send_head(struct exchange *x, const struct http_head *head, bool end)
{
    (void)x;
    (void)head;
    (void)end;
    return ERR_USAGE; /* it came with the request */
}

static void received(struct local_exchange *x)
{
    x->step = LOCAL_EXCHANGE_RECEIVED;
    post(x);
}

static enum err local_send_body(struct exchange *base, const void *data, size_t len)
{
    struct local_exchange *x = from_base(base);

    if (x->step != LOCAL_EXCHANGE_RECEIVING || x->body.max == 0)
        return OK;
    if (len <= x->body.max - bytes_len(&x->body))
        return bytes_append(&x->body, data, len);
    x->too_large = true;
    received(x);
    return OK;
}

static enum err local_send_end(struct exchange *base)
{
    struct local_exchange *x = from_base(base);

    if (x->step == LOCAL_EXCHANGE_RECEIVING)
        received(x);
    return OK;
}

static size_t local_queued(const struct exchange *x)
{
    (void)x;
    return 0;
}

static void local_receiving(struct exchange *x, bool on)
{
    if (on)
        post(from_base(x));
}

static void local_close(struct exchange *base)
{
    struct local_exchange *x = from_base(base);

    x->hooks->on_close(x);
    post(x);
}

static const char *local_peer(const struct exchange *x)
{
    (void)x;
    return "";
}

static const struct exchange_ops local_ops = {
    .send_head = local_send_head,
    .send_body = local_send_body,
    .send_end = local_send_end,
    .queued = local_queued,
    .receiving = local_receiving,
    .close = local_close,
    .peer = local_peer,
};

enum err local_exchange_init(struct local_exchange *x, struct handler *h,
                             const struct local_exchange_hooks *hooks,
                             const struct handler_request *request, size_t body_max)
{
    enum err rc = http_head_copy(&x->head, request->head, &x->storage);

    if (rc != OK)
        return rc;
    exchange_base_init(&x->base, &local_ops);
    x->base.head_sent = true;
    x->handler = h;
    x->hooks = hooks;
    bytes_init(&x->body, body_max);
    bytes_init(&x->answer, ANSWER_MAX);
    handler_hold(h);
    if (request->end) {
        x->base.sent = true;
        received(x);
    }
    return OK;
}
