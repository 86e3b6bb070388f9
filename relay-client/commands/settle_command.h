#ifndef CLIENT_SETTLE_COMMAND_H
#define CLIENT_SETTLE_COMMAND_H

#include "cli/command.h"
#include "relay-client/journal/journal_pending.h"

/* What `hookline retry` and `hookline drop` have in common: all but the words. */
struct settle_command {
    enum journal_decision decision;
    const char *type; /* "retry": in JSON, and in the agent's paths */
    const char *path; /* of agent/control.h */
    /* After "17 " and "3 deliveries ": by the running agent, and without one. */
    const char *one, *many, *one_alone, *many_alone;
    const char *none; /* a sentence: with --all there was nothing */
};

enum command_exit settle_command_run(struct command_call *call,
                                     const struct settle_command *words);

#endif
