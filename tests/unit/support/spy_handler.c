#include "unit/support/spy_handler.h"

#include "base/mem.h"
#include "relay-client/handler/local_exchange.h"
#include "unit/check.h"

#define BODY_MAX ((size_t)64 * 1024 * 1024)

struct call {
    struct local_exchange x;
    char delivery[64];
    bool is_answered;
};

static struct spy_handler *spy_of(const struct local_exchange *x)
{
    return CONTAINER_OF((uintptr_t)x->handler, struct spy_handler, base);
}

static void answer(struct local_exchange *x)
{
    const struct spy_handler *s = spy_of(x);

    CONTAINER_OF(x, struct call, x)->is_answered = true;
    if (s->fails != OK)
        local_exchange_fail(x, s->fails, "the spy failed");
    else
        local_exchange_answer(x, s->status, "text/plain", s->answer);
}

static void on_request(struct local_exchange *x)
{
    struct spy_handler *s = spy_of(x);

    s->requests++;
    memcpy(s->delivery, CONTAINER_OF(x, struct call, x)->delivery, sizeof s->delivery);
    bytes_clear(&s->body);
    if (bytes_append_span(&s->body, bytes_span(&x->body)) != OK) {
        local_exchange_fail(x, ERR_NOMEM, "the spy has no memory");
        return;
    }
    if (s->on_request)
        s->on_request(s);
    if (!s->holds)
        answer(x);
}

static void on_close(struct local_exchange *x)
{
    spy_of(x)->gone += !CONTAINER_OF(x, struct call, x)->is_answered;
}

static void on_free(struct local_exchange *x)
{
    mem_free(CONTAINER_OF(x, struct call, x));
}

static const struct local_exchange_hooks hooks = {
    .on_request = on_request,
    .on_close = on_close,
    .on_free = on_free,
};

static void write_down(struct spy_handler *s, const struct handler_request *r)
{
    const struct http_head *h = r->head;
    int used = snprintf(s->head, sizeof s->head, "%.*s %.*s\n", (int)h->method.len,
                        h->method.ptr, (int)h->target.len, h->target.ptr);

    for (size_t i = 0; i < h->fields_len && used < (int)sizeof s->head; i++)
        used += snprintf(s->head + used, sizeof s->head - (size_t)used, "%.*s: %.*s\n",
                         (int)h->fields[i].name.len, h->fields[i].name.ptr,
                         (int)h->fields[i].value.len, h->fields[i].value.ptr);
    (void)snprintf(s->delivery, sizeof s->delivery, "%s", r->delivery ? r->delivery : "");
    s->webhook = r->webhook;
    s->verdict = r->verdict;
    s->replay_of = r->replay_of;
}

static enum err request(struct handler *h, const struct handler_request *r,
                        struct exchange **out)
{
    struct spy_handler *s = CONTAINER_OF(h, struct spy_handler, base);

    if (s->refuses != OK)
        return s->refuses;
    struct call *c = mem_alloc(sizeof *c);
    enum err rc = c ? local_exchange_init(&c->x, h, &hooks, r, BODY_MAX) : ERR_NOMEM;
    if (rc != OK) {
        mem_free(c);
        return rc;
    }
    list_append(&s->exchanges, &c->x.in_handler);
    s->calls++;
    write_down(s, r);
    memcpy(c->delivery, s->delivery, sizeof c->delivery);
    *out = &c->x.base;
    return OK;
}

static void close_spy(struct handler *h)
{
    struct spy_handler *s = CONTAINER_OF(h, struct spy_handler, base);

    s->is_open = false;
    local_exchange_fail_all(&s->exchanges, ERR_CANCELLED, "the spy is closed");
}

static void free_spy(struct handler *h)
{
    (void)h; /* it is the test's */
}

static const struct handler_ops ops = {
    .request = request, .close = close_spy, .free = free_spy};

enum err spy_handler_open(struct spy_handler *s, struct loop *l)
{
    enum err rc = handler_base_init(&s->base, l, &ops, "spy");

    if (rc != OK)
        return rc;
    list_init(&s->exchanges);
    bytes_init(&s->body, BODY_MAX);
    s->status = s->status ? s->status : 200;
    if (!s->answer.ptr)
        s->answer = SPAN("ok");
    s->is_open = true;
    return OK;
}

void spy_handler_answer(struct spy_handler *s)
{
    for (struct list_node *n = list_first(&s->exchanges); n; n = list_next(&s->exchanges, n)) {
        struct local_exchange *x = CONTAINER_OF(n, struct local_exchange, in_handler);
        if (x->step == LOCAL_EXCHANGE_ASKED)
            answer(x);
    }
}

void spy_handler_fini(struct spy_handler *s)
{
    bytes_fini(&s->body);
}
