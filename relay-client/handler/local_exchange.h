#ifndef CLIENT_HANDLER_LOCAL_EXCHANGE_H
#define CLIENT_HANDLER_LOCAL_EXCHANGE_H

#include "base/list.h"
#include "http/exchange_impl.h"
#include "relay-client/handler/handler_impl.h"

/* The client's end of an exchange that is answered inside this process (a command, the
 * echo bot): the request is collected, then the answer is given in one piece.
 *
 * Life:   local_exchange_init, embedded -> on_request -> local_exchange_answer or
 *         local_exchange_fail, at once or later -> on_close -> on_free.
 * Nothing reaches the owner from inside these calls. */
struct local_exchange;

struct local_exchange_hooks {
    /* The request is complete, or its body larger than allowed: see `too_large`. */
    void (*on_request)(struct local_exchange *x);
    /* Nobody waits for the answer any more; at any time, once. */
    void (*on_close)(struct local_exchange *x);
    /* on_closed went out: free the object that embeds it, last thing. */
    void (*on_free)(struct local_exchange *x);
};

enum local_exchange_step {
    LOCAL_EXCHANGE_RECEIVING,
    LOCAL_EXCHANGE_RECEIVED, /* on_request is due */
    LOCAL_EXCHANGE_ASKED,
    LOCAL_EXCHANGE_FAILED, /* on_abort is due */
    LOCAL_EXCHANGE_HEAD,
    LOCAL_EXCHANGE_BODY,
    LOCAL_EXCHANGE_OVER,
};

struct local_exchange {
    struct exchange base;
    struct list_node in_handler;
    struct handler *handler; /* held while the exchange lives */
    const struct local_exchange_hooks *hooks;
    struct defer_task task;
    enum local_exchange_step step;
    struct http_head head; /* of the request; spans point into `storage` */
    char *storage;         /* owned */
    struct bytes body;     /* of the request */
    bool too_large;        /* the body was, and is not complete */
    struct bytes answer;   /* its body */
    unsigned status;
    const char *content_type; /* a literal */
    enum err why;             /* of a failure */
    char *detail;             /* owned; NULL: `why` says it all */
};

/* `body_max` 0: the body is taken and dropped.  On failure nothing is left to undo. */
MUST_CHECK enum err local_exchange_init(struct local_exchange *x, struct handler *h,
                                        const struct local_exchange_hooks *hooks,
                                        const struct handler_request *request, size_t body_max);
/* The first answer or failure counts, later ones do nothing, and so do all after the
 * owner closed.  `body` is copied; out of memory the exchange is aborted. */
void local_exchange_answer(struct local_exchange *x, unsigned status, const char *content_type,
                           struct span body);
/* `detail` is copied. */
void local_exchange_fail(struct local_exchange *x, enum err why, const char *detail);
/* All in the list (through in_handler). */
void local_exchange_fail_all(struct list *exchanges, enum err why, const char *detail);

#endif
