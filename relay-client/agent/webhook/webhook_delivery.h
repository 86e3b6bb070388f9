#ifndef CLIENT_AGENT_WEBHOOK_DELIVERY_H
#define CLIENT_AGENT_WEBHOOK_DELIVERY_H

#include "relay-client/agent/agent_context.h"

/* A webhook on the laptop: stored, verified, handed to the handler, answered.  It is
 * taken and answered as a whole, so that the handler's answer is recorded even when
 * the link breaks meanwhile. */

/* Takes `x` over; `head` is borrowed for the call. */
void webhook_delivery_start(struct agent_context *agent, struct exchange *x,
                            const struct http_head *head, enum agent_origin origin);

#endif
