#ifndef CLIENT_AGENT_CONTROL_SIMULATE_H
#define CLIENT_AGENT_CONTROL_SIMULATE_H

#include "relay-client/agent/agent_context.h"
#include "relay-client/agent/control_answer.h"

/* What a command that simulates has to tell the agent (control.h): announcements, contents of
 * media messages, people. */

struct control_message {
    const char *target; /* path and query */
    const char *type;   /* content-type, or "" */
    struct span body;
};

struct control_simulate_route {
    const char *path;
    size_t body_max;
    /* Writes the members of the answer, or sets *why_not, which is 400's or 409's detail. */
    unsigned (*act)(struct agent_context *agent, const struct control_message *m,
                    struct json_writer *w, const char **why_not);
};
/* By path, without its query; NULL: none of these.  All are POSTs. */
const struct control_simulate_route *control_simulate_find(struct span target);

#endif
