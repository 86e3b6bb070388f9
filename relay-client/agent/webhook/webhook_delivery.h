#ifndef CLIENT_AGENT_WEBHOOK_DELIVERY_H
#define CLIENT_AGENT_WEBHOOK_DELIVERY_H

#include "http/exchange.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/agent/webhook/intake.h"

/* A webhook on the laptop: stored, verified, handed to the handler, answered.  It is
 * taken and answered as a whole, so that the handler's answer is recorded even when
 * the link breaks meanwhile. */

/* Takes `x` over; `head` is borrowed for the call.  `intake` of the link that it came over;
 * NULL: it is a local request. */
void webhook_delivery_start(struct agent_context *agent, struct intake *intake,
                            struct exchange *x, const struct http_head *head);

#endif
