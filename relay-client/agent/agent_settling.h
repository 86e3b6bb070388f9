#ifndef CLIENT_AGENT_AGENT_SETTLING_H
#define CLIENT_AGENT_AGENT_SETTLING_H

#include "relay-client/journal/journal_pending.h"

struct agent_context;

/* The user's word on what is unfinished, by whatever way it came: the journal has it first,
 * then the queue of what is tried again.  Embedded in an object that lives until `done`,
 * on the loop. */
struct agent_settling {
    uint64_t exchange; /* 0: all */
    enum journal_decision decision;
    void (*done)(struct agent_settling *s, enum err rc,
                 uint64_t count); /* as journal_settle's */

    struct agent_context *agent; /* held meanwhile */
    struct journal_settle journal;
};

/* The first three are set.  ERR_BUSY, ERR_NOMEM, ERR_CLOSED: `done` does not come. */
MUST_CHECK enum err agent_settling_start(struct agent_settling *s, struct agent_context *agent);

#endif
