#ifndef CLIENT_HANDLER_FORWARD_POOL_H
#define CLIENT_HANDLER_FORWARD_POOL_H

#include "relay-client/handler/forward/forward_connection.h"
#include "relay-client/handler/handler_impl.h"

/* The connections to the bot: kept alive, the most recently used idle one first, opened
 * when somebody waits and the limit allows it.  Embedded in the handler, which it holds
 * while a connection lives.
 *
 * Life: forward_pool_init -> ... -> forward_pool_close, when nobody waits any more. */
struct forward_pool {
    struct handler *handler;             /* back-pointer */
    const struct forward_target *target; /* borrowed */
    struct list idle;                    /* connections, oldest first */
    struct list busy;                    /* the others, those being opened too */
    struct list waits;
    size_t connections, dialling, waiting, connections_max;
    struct defer_task task;
};

#define FORWARD_POOL_WAITING_MAX 1000u
/* What must not be sent twice goes to no connection that has rested longer: the bot may
 * be hanging up just now, and then nobody knows whether it has read the request. */
#define FORWARD_POOL_ONCE_REST_MS 1000u

/* One request that wants a connection; embedded in it. */
struct forward_wait {
    struct list_node in_pool;
    bool fresh; /* wants one that has carried nothing */
    bool once;  /* what it sends must not be sent twice */
    /* Exactly one of these, and never from inside a call. */
    void (*on_connection)(struct forward_wait *w, struct forward_connection *c);
    void (*on_failed)(struct forward_wait *w, enum err why, const char *detail);
};

void forward_pool_init(struct forward_pool *p, struct handler *h,
                       const struct forward_target *target, size_t connections_max);
/* Is there room for one more to wait? */
bool forward_pool_has_room(const struct forward_pool *p);
void forward_pool_wait(struct forward_pool *p, struct forward_wait *w);
/* Legal when it does not wait. */
void forward_pool_cancel(struct forward_pool *p, struct forward_wait *w);
/* As many connections as allowed, and none of them is only being opened. */
bool forward_pool_is_full(const struct forward_pool *p);
void forward_pool_close(struct forward_pool *p);

#endif
