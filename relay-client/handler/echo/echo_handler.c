/* The happy path:
 *  1. A webhook's body is collected, anything else is dropped.
 *  2. The answer is made as soon as the request is complete.
 *  3. With a LINE API port the replies are sent there, after the answer.
 *
 * What can go wrong:
 *  - A webhook over 1 MiB: 413.  Out of memory: the exchange is aborted. */
#include "relay-client/handler/echo/echo_handler.h"

#include "base/mem.h"
#include "relay-client/handler/echo/echo_page.h"
#include "relay-client/handler/echo/echo_reply.h"
#include "relay-client/handler/echo/echo_sender.h"
#include "relay-client/handler/local_exchange.h"

#define BODY_MAX   ((size_t)1024 * 1024)
#define ANSWER_MAX ((size_t)16 * 1024 * 1024)

struct echo_handler {
    struct handler base;
    struct list exchanges;
    struct echo_sender *sender; /* owned, holds us; NULL: nothing is sent */
};

struct echo_exchange {
    struct local_exchange x;
    bool webhook;
    bool is_replay;
    enum verdict verdict;
};

static struct echo_exchange *from_exchange(struct local_exchange *x)
{
    return CONTAINER_OF(x, struct echo_exchange, x);
}

static struct echo_handler *from_base(struct handler *h)
{
    return CONTAINER_OF(h, struct echo_handler, base);
}

static void give(struct local_exchange *x, const char *type, enum err rc,
                 const struct bytes *body)
{
    if (rc == OK)
        local_exchange_answer(x, 200, type, bytes_span(body));
    else
        local_exchange_fail(x, rc, err_text(rc));
}

static void send_replies(struct local_exchange *x)
{
    const struct echo_exchange *c = from_exchange(x);
    struct echo_sender *sender = from_base(x->handler)->sender;
    const struct echo_webhook webhook = {
        .body = bytes_span(&x->body),
        .bot_id = http_head_value(&x->head, "x-works-botid"),
        .verdict = c->verdict,
        .is_replay = c->is_replay,
    };

    if (sender)
        echo_sender_take(sender, &webhook);
}

static void on_request(struct local_exchange *x)
{
    struct bytes body;

    bytes_init(&body, ANSWER_MAX);
    if (x->too_large)
        local_exchange_answer(x, 413, "text/plain; charset=utf-8",
                              SPAN("a webhook body may have at most 1 MiB\n"));
    else if (from_exchange(x)->webhook)
        give(x, "application/json", echo_reply_format(&body, bytes_span(&x->body)), &body);
    else
        give(x, "text/html; charset=utf-8", echo_page_format(&body, &x->head), &body);
    bytes_fini(&body);
    if (from_exchange(x)->webhook && !x->too_large)
        send_replies(x);
}

static void on_close(struct local_exchange *x)
{
    (void)x; /* nothing goes on without it */
}

static void on_free(struct local_exchange *x)
{
    mem_free(from_exchange(x));
}

static const struct local_exchange_hooks hooks = {
    .on_request = on_request,
    .on_close = on_close,
    .on_free = on_free,
};

static enum err request(struct handler *h, const struct handler_request *r,
                        struct exchange **out)
{
    struct echo_exchange *c = mem_alloc(sizeof *c);
    enum err rc = ERR_NOMEM;

    if (c)
        rc = local_exchange_init(&c->x, h, &hooks, r, r->webhook ? BODY_MAX : 0);
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    c->webhook = r->webhook;
    c->is_replay = r->replay_of != 0;
    c->verdict = r->verdict;
    list_append(&from_base(h)->exchanges, &c->x.in_handler);
    *out = &c->x.base;
    return OK;
}

static void on_sender_closed(void *owner)
{
    struct echo_handler *e = owner;

    e->sender = NULL;
    handler_release(&e->base);
}

static void close_echo(struct handler *h)
{
    struct echo_handler *e = from_base(h);

    local_exchange_fail_all(&e->exchanges, ERR_CANCELLED, "the agent is stopping");
    if (e->sender)
        echo_sender_close(e->sender, on_sender_closed, e);
}

static void free_echo(struct handler *h)
{
    mem_free(from_base(h));
}

static const struct handler_ops ops = {
    .request = request,
    .close = close_echo,
    .free = free_echo,
};

static enum err open_echo(struct loop *l, struct lineapi *port, struct echo_handler *e,
                          char detail[static 512])
{
    enum err rc = handler_base_init(&e->base, l, &ops, "echo");

    list_init(&e->exchanges);
    if (rc != OK || !port)
        return rc;
    rc = echo_sender_open(l, port, &e->sender, detail);
    if (rc == OK)
        handler_hold(&e->base);
    else
        mem_free(e->base.name);
    return rc;
}

enum err echo_handler_open(struct loop *l, struct lineapi *port, struct handler **out,
                           char detail[static 512])
{
    struct echo_handler *e = mem_alloc(sizeof *e);
    enum err rc = e ? open_echo(l, port, e, detail) : ERR_NOMEM;

    if (rc != OK) {
        mem_free(e);
        return rc;
    }
    *out = &e->base;
    return OK;
}
