#ifndef CLIENT_HANDLER_HANDLER_IMPL_H
#define CLIENT_HANDLER_HANDLER_IMPL_H

/* For files that implement a handler; users include handler.h only. */

#include "loop/defer.h"
#include "relay-client/handler/handler.h"

struct handler_ops {
    enum err (*request)(struct handler *h, const struct handler_request *request,
                        struct exchange **out);
    /* Abort what is under way, so that every hold is released in time.  Called once. */
    void (*close)(struct handler *h);
    /* The last thing of all, after on_closed. */
    void (*free)(struct handler *h);
};

struct handler {
    const struct handler_ops *ops;
    struct loop *loop;
    char *name; /* owned */
    void (*on_closed)(void *owner);
    void *owner;
    struct defer_task task;
    size_t holds; /* exchanges, connections, processes that still need the handler */
    bool closing;
};

MUST_CHECK enum err handler_base_init(struct handler *h, struct loop *l,
                                      const struct handler_ops *ops, const char *name);
/* The handler stays at least until every hold is released; never frees it at once. */
void handler_hold(struct handler *h);
void handler_release(struct handler *h);
/* A limit as people write it: "30 s", "1.5 s".  Returns `buf`. */
const char *handler_limit_text(char buf[static 32], uint64_t ms);

#endif
