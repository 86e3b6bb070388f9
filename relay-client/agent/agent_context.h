#ifndef CLIENT_AGENT_AGENT_CONTEXT_H
#define CLIENT_AGENT_AGENT_CONTEXT_H

#include "base/list.h"
#include "codec/ulid.h"
#include "relay-client/agent/agent.h"
#include "relay-client/agent/secret_bots.h"
#include "relay-client/journal/journal_pending.h"

struct pending_queue;
struct announced_entry;

/* What the status line and `hookline status` say of deliveries. */
struct agent_counts {
    uint64_t kept;      /* in the relay's inbox still, as it said last */
    uint64_t delivered; /* webhooks of this run that the bot has answered */
    struct journal_unfinished unfinished;
};

/* announced.h */
struct announced {
    struct announced_entry *list; /* owned; NULL: none so far */
    uint64_t last;                /* number */
};

/* What the deliveries of one agent share; owned by agent.c, borrowed by the rest
 * for as long as the agent lives. */
struct agent_context {
    struct loop *loop;
    const struct agent_options *options; /* borrowed from agent.c's copy */
    struct secret_bots bots;             /* options->secrets are these; none in a zeroed one */
    struct ulid_maker ids;
    struct list deliveries;      /* recordings under way: webhooks and plain requests */
    struct pending_queue *queue; /* borrowed; NULL: what fails is not tried again */
    size_t holds;                /* others that need the agent: agent_context_hold */
    struct agent_counts counts;
    struct announced announced; /* owned */
    char inspector[160];        /* its address, with the key; "" for none */
    const struct agent_events *events;
    void *owner;
    /* The last delivery and hold have gone: a shutdown may go on. */
    void (*on_quiet)(struct agent_context *a);
    void (*on_counts)(struct agent_context *a); /* they have changed; may be NULL */
};

bool agent_context_is_quiet(const struct agent_context *a);
/* The agent stays at least until the release. */
void agent_context_hold(struct agent_context *a);
void agent_context_release(struct agent_context *a);
/* After a change of `counts`. */
void agent_context_tell_counts(struct agent_context *a);

/* Where a request came from: only a local one may say that it is a replay. */
enum agent_origin { AGENT_FROM_LINK, AGENT_FROM_HERE };

/* Fields of a local request: the id of the exchange that it repeats, and the name of the
 * target that shall answer it (the usual handler if absent). */
#define AGENT_FIELD_REPLAY_OF "hookline-replay-of"
#define AGENT_FIELD_TARGET    "hookline-target"
/* "1": its events are simulated (hookline trigger, the inspector). */
#define AGENT_FIELD_SIMULATED "hookline-simulated"
/* In the *stored* answer to a local request: its id in the journal. */
#define AGENT_FIELD_EXCHANGE "hookline-exchange"

#endif
