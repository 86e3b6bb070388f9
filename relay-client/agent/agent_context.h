#ifndef CLIENT_AGENT_AGENT_CONTEXT_H
#define CLIENT_AGENT_AGENT_CONTEXT_H

#include "base/list.h"
#include "codec/ulid.h"
#include "relay-client/agent/agent.h"
#include "relay-client/agent/secret_bots.h"

/* What the deliveries of one agent share; owned by agent.c, borrowed by the rest
 * for as long as the agent lives. */
struct agent_context {
    struct loop *loop;
    const struct agent_options *options; /* borrowed from agent.c's copy */
    struct secret_bots bots;             /* options->secrets are these; none in a zeroed one */
    struct ulid_maker ids;
    struct list deliveries; /* under way: webhooks and plain requests */
    const struct agent_events *events;
    void *owner;
    /* The last delivery has gone: a shutdown may go on. */
    void (*on_quiet)(struct agent_context *a);
};

/* Where a request came from: only a local one may say that it is a replay. */
enum agent_origin { AGENT_FROM_LINK, AGENT_FROM_HERE };

/* Fields of a local request: the id of the exchange that it repeats, and the name of the
 * target that shall answer it (the usual handler if absent). */
#define AGENT_FIELD_REPLAY_OF "hookline-replay-of"
#define AGENT_FIELD_TARGET    "hookline-target"
/* In the *stored* answer to a local request: its id in the journal. */
#define AGENT_FIELD_EXCHANGE "hookline-exchange"

#endif
