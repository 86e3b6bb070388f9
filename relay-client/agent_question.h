#ifndef CLIENT_AGENT_QUESTION_H
#define CLIENT_AGENT_QUESTION_H

#include "base/bytes.h"
#include "cli/command.h"

/* A word with the agent that runs here, for commands that do nothing else: asks, waits for
 * the answer, is over.  What can be asked: agent/control.h.
 *
 * Life: agent_question_ask -> ... -> agent_question_fini; zeroed is legal. */
struct agent_answer {
    unsigned status; /* of HTTP */
    struct bytes body;
    char detail[300]; /* for people: why there is no answer, or what the agent has to say */
};

#define AGENT_QUESTION_MS 10000u /* then ERR_TIMEOUT */

/* `json`: the body of a POST; NULL: a GET.  ERR_NOT_FOUND: no agent runs here. */
MUST_CHECK enum err agent_question_ask(const struct command_call *call, const char *path,
                                       const char *json, struct agent_answer *out);
void agent_question_fini(struct agent_answer *a);

#endif
