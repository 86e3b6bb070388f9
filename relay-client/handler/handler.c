/* The happy path:
 *  1. handler_request gives out an exchange of the implementer, who holds the handler
 *     as long as it lives.
 *  2. handler_close lets the implementer abort what is under way.
 *  3. When the last hold is released: on_closed, then the implementer frees.
 *
 * What can go wrong:
 *  - Closed while nothing is under way: step 3 still comes later, from a task. */
#include "relay-client/handler/handler_impl.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "relay-client/handler/echo/echo_handler.h"
#include "relay-client/handler/exec/exec_handler.h"
#include "relay-client/handler/forward/forward_handler.h"

#include <stdio.h>
#include <string.h>

enum err handler_base_init(struct handler *h, struct loop *l, const struct handler_ops *ops,
                           const char *name)
{
    *h = (struct handler){.ops = ops, .loop = l, .name = mem_text(name, strlen(name))};
    return h->name ? OK : ERR_NOMEM;
}

static void on_nobody_left(struct defer_task *task)
{
    struct handler *h = CONTAINER_OF(task, struct handler, task);

    h->on_closed(h->owner);
    mem_free(h->name);
    h->ops->free(h);
}

static void finish_if_unused(struct handler *h)
{
    if (h->closing && h->holds == 0)
        defer_post(h->loop, &h->task, on_nobody_left);
}

void handler_hold(struct handler *h)
{
    h->holds++;
}

void handler_release(struct handler *h)
{
    h->holds--;
    finish_if_unused(h);
}

const char *handler_limit_text(char buf[static 32], uint64_t ms)
{
    if (ms % 1000 != 0)
        return text_duration(buf, 32, ms * 1000);
    (void)snprintf(buf, 32, "%llu s", (unsigned long long)(ms / 1000));
    return buf;
}

/* --- for users --- */

enum err handler_open_forward(struct loop *l, const struct forward_handler_options *options,
                              struct handler **out, char detail[static 256])
{
    return forward_handler_open(l, options, out, detail);
}

enum err handler_open_exec(struct loop *l, const struct exec_handler_options *options,
                           struct handler **out, char detail[static 256])
{
    return exec_handler_open(l, options, out, detail);
}

enum err handler_open_echo(struct loop *l, struct handler **out)
{
    char unused[512];

    return echo_handler_open(l, NULL, out, unused);
}

enum err handler_open_echo_bot(struct loop *l, struct lineapi *port, struct handler **out,
                               char detail[static 512])
{
    return echo_handler_open(l, port, out, detail);
}

enum err handler_request(struct handler *h, const struct handler_request *request,
                         const struct exchange_events *events, void *owner,
                         struct exchange **out)
{
    struct exchange *x;

    if (h->closing)
        return ERR_CLOSED;
    enum err rc = h->ops->request(h, request, &x);
    if (rc != OK)
        return rc;
    exchange_own(x, events, owner);
    *out = x;
    return OK;
}

const char *handler_name(const struct handler *h)
{
    return h->name;
}

void handler_close(struct handler *h, void (*on_closed)(void *owner), void *owner)
{
    if (h->closing)
        return;
    h->closing = true;
    h->on_closed = on_closed;
    h->owner = owner;
    h->ops->close(h);
    finish_if_unused(h);
}
