#ifndef SERVER_DELIVERY_H
#define SERVER_DELIVERY_H

#include "base/bytes.h"
#include "relay-server/ingress/router.h"
#include "relay-server/serve/relay_state.h"

/* One webhook from the moment its request is complete until it is the agent's or the
 * inbox's, and its sender has an answer or is gone (docs/delivery.md).
 *
 * Life: delivery_start -> frees itself */

/* From the last byte of the request to the relay's own answer (I2; LINE waits 2 s). */
#define DELIVERY_GUARD_MS 1500u

struct delivery_request {
    const struct http_head *head; /* as received; borrowed for the call */
    const struct route *route;
    struct bytes *body; /* moved out of here, with its place in the room, or left */
};

/* Takes `sender` over; its request is complete. */
void delivery_start(struct relay_state *relay, struct tunnel *tunnel, struct exchange *sender,
                    const struct delivery_request *request);
/* Whatever somebody waits for and no agent has confirmed goes to the inbox now, and is
 * answered 200 when it is on the disk; the inbox may be closed after this call (set
 * relay->inbox to NULL with it).  Before the relay ends, or hands over. */
void delivery_settle_all(struct relay_state *relay);

#endif
