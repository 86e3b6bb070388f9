#ifndef CLIENT_HANDLER_HANDLER_IMPL_H
#define CLIENT_HANDLER_HANDLER_IMPL_H

/* For files that implement a handler; users include handler.h only. */

#include "relay-client/handler/handler.h"

struct handler_ops {
    enum err (*request)(struct handler *h, const struct handler_request *request,
                        struct exchange **out);
    /* Later, and not inside this call: handler_emit_closed, then free. */
    void (*close)(struct handler *h);
};

struct handler {
    const struct handler_ops *ops;
    char *name; /* owned */
    void (*on_closed)(void *owner);
    void *owner;
    bool closing;
};

MUST_CHECK enum err handler_base_init(struct handler *h, const struct handler_ops *ops,
                                      const char *name);
/* Calls on_closed and frees the name; the implementer frees the object. */
void handler_emit_closed(struct handler *h);

#endif
