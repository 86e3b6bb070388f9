#ifndef CLIENT_AGENT_CONTROL_REQUEST_H
#define CLIENT_AGENT_CONTROL_REQUEST_H

#include "http/exchange.h"
#include "relay-client/agent/status_board.h"

/* A local request that is meant for the agent itself (control.h). */

/* Never one from the link: to the bot that is a path like any other.  Nor a repeated one,
 * whoever was meant when it first came. */
bool control_request_is(const struct http_head *head);
/* Takes `x` over; `head` is borrowed for the call. */
void control_request_start(struct agent_context *agent, const struct status_board *board,
                           struct exchange *x, const struct http_head *head);

#endif
