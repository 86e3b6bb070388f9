#ifndef CLIENT_RUNNER_HANDLERS_H
#define CLIENT_RUNNER_HANDLERS_H

#include "cli/settings/settings.h"
#include "relay-client/agent/agent.h"
#include "relay-client/lineapi/lineapi.h"

/* Who answers, as the settings say: the usual handler, and the targets of replays.
 *
 * Life: zeroed but for `lineapi` -> runner_handlers_open -> runner_handlers_close ->
 *       on_closed, never inside the call, and not at all if none was open; also after a
 *       failure. */
#define RUNNER_HANDLERS_TARGETS 16u

struct runner_handlers {
    struct lineapi *lineapi; /* the echo bot replies there; borrowed to the end, or NULL */
    struct handler *main;    /* owned */
    struct agent_target targets[RUNNER_HANDLERS_TARGETS]; /* owned */
    char names[RUNNER_HANDLERS_TARGETS][32];
    size_t targets_len;
    bool is_closing;
    size_t open_len; /* while they close */
    void (*on_closed)(void *owner);
    void *owner;
};

/* `takes_plain`: a command may be run for requests that are no webhooks, if it is set so. */
MUST_CHECK enum err runner_handlers_open(struct runner_handlers *h, struct loop *l,
                                         const struct settings *settings, bool takes_plain,
                                         char detail[static 512]);
/* Again: nothing. */
void runner_handlers_close(struct runner_handlers *h, void (*on_closed)(void *owner),
                           void *owner);
bool runner_handlers_are_closed(const struct runner_handlers *h);

#endif
