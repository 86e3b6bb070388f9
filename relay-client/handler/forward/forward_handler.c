/* The happy path:
 *  1. The address is parsed once, and trust for https is loaded.
 *  2. Requests become forward_exchanges, which share the connections of the pool.
 *  3. Closed: exchanges are cancelled, connections closed.
 *
 * What can go wrong:
 *  - 1,000 requests wait for a connection: one more is ERR_BUSY. */
#include "relay-client/handler/forward/forward_handler.h"

#include "base/container.h"
#include "base/mem.h"
#include "relay-client/handler/forward/forward_exchange.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_MS       30000u
#define CONNECTIONS_MAX 100u

struct forward_handler {
    struct handler base;
    struct forward_target target;
    struct forward_pool pool;
    struct forward_exchange_place place;
    struct list exchanges;
};

static struct forward_handler *from_base(struct handler *h)
{
    return CONTAINER_OF(h, struct forward_handler, base);
}

static enum err request(struct handler *base, const struct handler_request *r,
                        struct exchange **out)
{
    struct forward_handler *h = from_base(base);

    if (!forward_pool_has_room(&h->pool))
        return ERR_BUSY;
    return forward_exchange_open(&h->place, r, out);
}

static void close_forward(struct handler *base)
{
    struct forward_handler *h = from_base(base);

    forward_exchange_cancel_all(&h->exchanges);
    forward_pool_close(&h->pool);
}

static void free_forward(struct handler *base)
{
    struct forward_handler *h = from_base(base);

    forward_target_fini(&h->target);
    mem_free(h);
}

static const struct handler_ops ops = {
    .request = request,
    .close = close_forward,
    .free = free_forward,
};

static enum err init(struct forward_handler *h, struct loop *l,
                     const struct forward_handler_options *o, char detail[static 256])
{
    size_t max = o->connections_max ? o->connections_max : CONNECTIONS_MAX;
    enum err rc = forward_target_init(&h->target, o, detail);

    if (rc == OK)
        rc = handler_base_init(&h->base, l, &ops, h->target.text);
    if (rc != OK)
        return rc;
    list_init(&h->exchanges);
    forward_pool_init(&h->pool, &h->base, &h->target, max);
    h->place = (struct forward_exchange_place){
        .pool = &h->pool,
        .target = &h->target,
        .answer_ms = o->answer_ms ? o->answer_ms : ANSWER_MS,
        .exchanges = &h->exchanges,
    };
    return OK;
}

enum err forward_handler_open(struct loop *l, const struct forward_handler_options *options,
                              struct handler **out, char detail[static 256])
{
    struct forward_handler *h = mem_alloc(sizeof *h);

    (void)snprintf(detail, 256, "%s", err_text(ERR_NOMEM)); /* unless somebody knows better */
    enum err rc = h ? init(h, l, options, detail) : ERR_NOMEM;
    if (rc != OK) {
        if (h)
            forward_target_fini(&h->target);
        mem_free(h);
        return rc;
    }
    detail[0] = '\0';
    *out = &h->base;
    return OK;
}
