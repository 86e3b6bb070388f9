#ifndef CLIENT_SIMULATE_TRIGGER_CONTENT_H
#define CLIENT_SIMULATE_TRIGGER_CONTENT_H

#include "relay-client/agent_reach.h"
#include "relay-client/simulate/simulate_plan.h"

/* What the media messages of `hookline trigger --file` contain: it is brought to the agent
 * before the webhook that speaks of it is sent.
 *
 * Life: trigger_content_init -> note, sender ... -> trigger_content_fini */
struct trigger_content {
    struct agent_reach *reach;                     /* borrowed */
    struct bytes file;                             /* owned */
    const char *type;                              /* static: "image/png" */
    char ids[SIMULATE_EVENTS_MAX][LINE_MINT_SIZE]; /* of messages, to be brought */
    size_t ids_len;
    char detail[300]; /* of the last failure */
};

/* Reads `path`, NULL: there is none.  Says on call->err what went wrong. */
MUST_CHECK enum err trigger_content_init(struct trigger_content *c, struct command_call *call,
                                         struct agent_reach *reach, const char *path);
void trigger_content_fini(struct trigger_content *c);
/* For simulate_plan.on_event; its owner is the content. */
void trigger_content_note(void *owner, size_t index, struct span event);
/* Brings what was noted, then sends by the reach; its owner is the content. */
extern const struct replay_sender trigger_content_sender;

#endif
