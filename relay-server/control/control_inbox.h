#ifndef SERVER_CONTROL_INBOX_H
#define SERVER_CONTROL_INBOX_H

#include "http/problem.h"
#include "relay-server/serve/relay_state.h"

/* What the relay's owner decides about deliveries that wait. */
enum control_change { CONTROL_RETRY, CONTROL_DROP };

struct control_order {
    enum control_change change;
    uint64_t seq; /* 0: all that are set aside */
};

/* {"seq": 4} or {"seq": null}; else ERR_SYNTAX.  `change` stays as it is. */
MUST_CHECK enum err control_inbox_parse(struct span json, struct control_order *out);

/* NULL: done, *changed says to how many; else why not, or not to all of them. */
const struct problem *control_inbox_change(struct relay_state *relay,
                                           const struct control_order *order,
                                           uint64_t *changed);

#endif
