#ifndef HTTP_EXCHANGE_IMPL_H
#define HTTP_EXCHANGE_IMPL_H

/* For connections that carry exchanges; users include http/exchange.h only. */

#include "base/container.h"
#include "http/exchange.h"
#include "loop/defer.h"

enum exchange_state { EXCHANGE_OPEN, EXCHANGE_ABORTED, EXCHANGE_CLOSING };

struct exchange_ops {
    enum err (*send_head)(struct exchange *x, const struct http_head *head, bool end);
    enum err (*send_body)(struct exchange *x, const void *data, size_t len);
    enum err (*send_end)(struct exchange *x);
    size_t (*queued)(const struct exchange *x);
    void (*receiving)(struct exchange *x, bool on);
    /* Called once; later exchange_emit_closed and freeing, not inside this call. */
    void (*close)(struct exchange *x);
    const char *(*peer)(const struct exchange *x);
};

struct exchange {
    const struct exchange_ops *ops;
    const struct exchange_events *events;
    void *owner;
    enum exchange_state state;
    enum err close_why; /* for the peer, if it can be told */
    bool paused;
    bool head_sent;               /* a final one */
    bool sent;                    /* our message is complete */
    bool received;                /* theirs is */
    char peer[EXCHANGE_PEER_MAX]; /* "": the connection's */
};

/* The object that has `struct exchange base` as a member. */
#define EXCHANGE_OBJECT(x, type) CONTAINER_OF((uintptr_t)(x), type, base)

/* The emits do nothing while nobody owns the exchange, and deliver only what the
 * exchange's state allows (nothing after an abort but closed). */
void exchange_base_init(struct exchange *x, const struct exchange_ops *ops);
void exchange_emit_head(struct exchange *x, const struct http_head *head, bool end);
void exchange_emit_body(struct exchange *x, const uint8_t *data, size_t len);
void exchange_emit_complete(struct exchange *x);
void exchange_emit_drain(struct exchange *x);
void exchange_emit_abort(struct exchange *x, enum err why, const char *detail);
void exchange_emit_closed(struct exchange *x);

#endif
