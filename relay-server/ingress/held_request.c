#include "relay-server/ingress/held_request.h"

#include "base/mem.h"
#include "relay-server/delivery/webhook.h"

static void on_abort(void *owner, enum err why, const char *detail)
{
    struct held_request *h = owner;

    (void)why;
    (void)detail;
    h->on_left(h, h->holder);
    held_request_free(h);
}

/* A request that was complete when it was held stays so. */
static const struct exchange_events exchange_events = {
    .on_abort = on_abort,
};

/* Without a body there is nothing to hold back, and unpaused it is heard when the sender
 * leaves; but whoever reads a webhook waits for its end. */
enum err held_request_new(struct exchange *x, const struct http_head *head, bool end,
                          struct held_request **out)
{
    struct held_request *h = mem_alloc(sizeof *h);

    if (!h || http_head_copy(&h->head, head, &h->storage) != OK) {
        mem_free(h);
        return ERR_NOMEM;
    }
    h->exchange = x;
    h->end = end;
    exchange_own(x, &exchange_events, h);
    if (!end || webhook_is(head))
        exchange_pause(x);
    *out = h;
    return OK;
}

struct exchange *held_request_resume(struct held_request *h)
{
    struct exchange *x = h->exchange;

    h->exchange = NULL;
    exchange_own(x, NULL, NULL);
    exchange_resume(x);
    return x;
}

void held_request_free(struct held_request *h)
{
    if (!h)
        return;
    list_remove(&h->in_list);
    exchange_let_go(h->exchange);
    mem_free(h->storage);
    mem_free(h);
}
