#ifndef CLIENT_HANDLER_FORWARD_EXCHANGE_IMPL_H
#define CLIENT_HANDLER_FORWARD_EXCHANGE_IMPL_H

/* What a forwarded exchange is made of, for its two files only:
 *   forward_exchange.c  its life, what its owner does, what happens without a connection
 *   forward_attempt.c   one try on one connection */

#include "http/exchange_impl.h"
#include "loop/deadline.h"
#include "relay-client/handler/forward/forward_exchange.h"
#include "relay-client/handler/forward/forward_upload.h"

struct forward_exchange {
    struct exchange base;
    struct list_node in_handler;
    const struct forward_exchange_place *place;
    struct forward_wait wait;
    struct forward_connection *connection; /* borrowed while `inner` lives */
    struct exchange *inner;                /* owned; NULL before 2 and after 3 */
    struct http_head head;                 /* spans point into `storage` */
    char *storage;                         /* owned */
    struct forward_upload upload;
    bool has_head; /* of the answer, the final one */
    bool complete; /* all of the answer */
    struct deadline deadline;
    struct defer_task task;
    enum err why; /* not OK: on_abort is due, or was */
    char *detail; /* owned; NULL: `why` says it all */
};

static inline struct handler *forward_exchange_handler(const struct forward_exchange *x)
{
    return x->place->pool->handler;
}

static inline struct loop *forward_exchange_loop(const struct forward_exchange *x)
{
    return forward_exchange_handler(x)->loop;
}

/* on_abort will come, later, unless the answer was complete; nothing else goes on. */
void forward_exchange_fail(struct forward_exchange *x, enum err why, const char *detail);

/* --- forward_attempt.c --- */

/* Head and body go to this connection; on failure the exchange waits again, or fails. */
void forward_attempt_start(struct forward_exchange *x, struct forward_connection *c);
/* More of the body can go. */
void forward_attempt_push(struct forward_exchange *x);
/* Gives the connection back, or breaks it off.  Legal when there is none. */
void forward_attempt_drop(struct forward_exchange *x);

#endif
