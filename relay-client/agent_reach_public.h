#ifndef CLIENT_AGENT_REACH_PUBLIC_H
#define CLIENT_AGENT_REACH_PUBLIC_H

#include "relay-client/agent_reach.h"

/* One webhook to the public address, and its id in the journal of the agent to which it came.
 *
 * Life: agent_reach_public_start -> done, once, from the loop (frees itself) */
struct agent_reach_shot {
    struct agent_reach *reach; /* borrowed until `done`, as is what the request points to */
    struct agent_call_request request;
    void (*done)(void *owner, const struct agent_call_result *result);
    void *owner;
};

/* Copies the shot. */
MUST_CHECK enum err agent_reach_public_start(const struct agent_reach_shot *shot);

#endif
