#ifndef CLIENT_HANDLER_FORWARD_CONNECTION_H
#define CLIENT_HANDLER_FORWARD_CONNECTION_H

#include "base/list.h"
#include "http/exchange.h"
#include "relay-client/handler/forward/forward_tap.h"
#include "relay-client/handler/forward/forward_target.h"

/* One connection to the bot: dial, TLS if the address says so, HTTP/1.1.
 *
 * Life: forward_connection_open -> on_ready, or on_failed (freed) -> on_idle after each
 *       exchange -> on_closed (freed); forward_connection_close at any time, then only
 *       on_closed comes, later. */
struct forward_connection;

#define FORWARD_CONNECTION_DIAL_MS      10000u
#define FORWARD_CONNECTION_HANDSHAKE_MS 5000u
/* Node.js hangs up after 5 s of silence: be earlier, or requests run into it. */
#define FORWARD_CONNECTION_IDLE_MS 4000u

struct forward_connection_events {
    void (*on_ready)(void *owner, struct forward_connection *c);
    /* `detail` says what to do; borrowed.  The connection is gone. */
    void (*on_failed)(void *owner, struct forward_connection *c, enum err why,
                      const char *detail);
    /* The exchange is over: it may carry another. */
    void (*on_idle)(void *owner, struct forward_connection *c);
    void (*on_closed)(void *owner, struct forward_connection *c);
};

/* `target` is borrowed until the end. */
MUST_CHECK enum err forward_connection_open(struct loop *l, const struct forward_target *target,
                                            const struct forward_connection_events *events,
                                            void *owner, struct forward_connection **out);
void forward_connection_close(struct forward_connection *c);
/* In the pool's list of idle ones; a zeroed node elsewhere. */
struct list_node *forward_connection_node(struct forward_connection *c);
struct forward_connection *forward_connection_at(struct list_node *node);

/* It is idle: closes itself when nobody uses it in time. */
void forward_connection_rest(struct forward_connection *c);
/* Since forward_connection_rest; meaningful only while it rests. */
uint64_t forward_connection_rested_ms(const struct forward_connection *c);
bool forward_connection_is_usable(const struct forward_connection *c);
/* How many exchanges it has carried, with the one under way. */
unsigned forward_connection_uses(const struct forward_connection *c);
/* What the bot said since the last request. */
const struct forward_tap_heard *forward_connection_heard(const struct forward_connection *c);
/* Nobody owns the exchange yet: exchange_own it in this turn.  On failure the connection
 * closes. */
MUST_CHECK enum err forward_connection_request(struct forward_connection *c,
                                               const struct http_head *head, bool end,
                                               struct exchange **out);

#endif
