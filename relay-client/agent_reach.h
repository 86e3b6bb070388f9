#ifndef CLIENT_AGENT_REACH_H
#define CLIENT_AGENT_REACH_H

#include "cli/command.h"
#include "relay-client/replay/public_place.h"
#include "relay-client/replay/replay_run.h"
#include "relay-client/runner.h"

/* The agent that a command sends its webhooks to: the one that runs here, by its control
 * socket, or one of our own in this process, without a link, if --forward, --exec or --echo
 * say who shall answer.  Or the tunnel's public address, from where they come to the first.
 *
 * Life: agent_reach_open (-> agent_reach_go_public) -> sendings and questions ... ->
 *       agent_reach_close; the loop then runs until everything is gone -> agent_reach_fini */
struct agent_reach {
    struct command_call *call; /* borrowed, as is the loop */
    struct loop *loop;
    struct stream *stream; /* owned: to the running agent, for the first sending */
    struct runner *runner; /* owned; NULL when a running agent does it */
    struct runner_options runner_options;
    struct runner_places places;
    /* With --through relay. */
    bool is_public;
    struct public_place place;
    uint64_t replay_of; /* as it is announced (announced.h) */
    bool is_simulated;
};

/* Says on call->err what went wrong.  ERR_USAGE: no agent runs, and nobody is named who shall
 * answer.  Whatever it is, fini is legal once the loop has run. */
MUST_CHECK enum err agent_reach_open(struct agent_reach *r, struct command_call *call,
                                     struct loop *l);
/* From now on webhooks go to the public address of the agent that runs.  Says what went wrong,
 * as above. */
MUST_CHECK enum err agent_reach_go_public(struct agent_reach *r);
/* Sends a request to the agent itself, whatever the way of webhooks is; as agent_call_start,
 * with a connection of its own. */
MUST_CHECK enum err
agent_reach_ask(struct agent_reach *r, const struct agent_call_request *request,
                void (*done)(void *owner, const struct agent_call_result *result), void *owner);
void agent_reach_close(struct agent_reach *r);
void agent_reach_fini(struct agent_reach *r);

/* Who sends webhooks; its owner is the reach.  Nothing can be cancelled. */
const struct replay_sender *agent_reach_sender(const struct agent_reach *r);

#endif
