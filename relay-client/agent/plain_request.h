#ifndef CLIENT_AGENT_PLAIN_REQUEST_H
#define CLIENT_AGENT_PLAIN_REQUEST_H

#include "relay-client/agent/agent_context.h"

/* A request that is no webhook (a LIFF page, an image, a subscription check): it is
 * recorded, then streams through to the handler and back, without a limit of ours. */

/* Takes `x` over; `head` is borrowed for the call. */
void plain_request_start(struct agent_context *agent, struct exchange *x,
                         const struct http_head *head, enum agent_origin origin);

#endif
