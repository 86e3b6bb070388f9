#ifndef CLIENT_HANDLER_FORWARD_EXCHANGE_H
#define CLIENT_HANDLER_FORWARD_EXCHANGE_H

#include "relay-client/handler/forward/forward_pool.h"

/* The client's end of one forwarded exchange.  Until a connection is there it keeps what
 * it is given; then it passes everything on, both ways, with backpressure.
 *
 * Life: forward_exchange_open -> exchange_close -> on_closed, freed. */
struct forward_exchange;

/* The same for all exchanges of a handler, and borrowed until the last has gone. */
struct forward_exchange_place {
    struct forward_pool *pool;
    const struct forward_target *target;
    uint64_t answer_ms;
    struct list *exchanges; /* every living one is in it */
};

MUST_CHECK enum err forward_exchange_open(const struct forward_exchange_place *place,
                                          const struct handler_request *request,
                                          struct exchange **out);
/* The handler closes: all of the list hear ERR_CANCELLED, later. */
void forward_exchange_cancel_all(struct list *exchanges);

#endif
