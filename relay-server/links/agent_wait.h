#ifndef SERVER_AGENT_WAIT_H
#define SERVER_AGENT_WAIT_H

#include "base/list.h"
#include "relay-server/ingress/ingress.h"

#include <stdbool.h>

/* Requests for a tunnel whose agent was here a moment ago: it redials at once when its link
 * ends, so they wait for it a little instead of being refused.  Webhooks seldom need that:
 * they go to the inbox. */
struct relay_state;
struct tunnel;

#define AGENT_WAIT_RECENT_MS  10000u /* since the link ended, or a relay that knows it began */
#define AGENT_WAIT_MS         5000u
#define AGENT_WAIT_WEBHOOK_MS 1000u /* LINE gives up after 2 s */
#define AGENT_WAITS_MAX       1024u /* of all tunnels together */
#define AGENT_WAITS_OF_TUNNEL 64u   /* a link takes no more plain requests at a time */

struct agent_waits {
    struct list requests; /* the oldest first */
    size_t len;
};

void agent_wait_init(struct agent_waits *waits);
/* Takes the request over if it may wait; false: it is as it was. */
bool agent_wait_start(struct relay_state *relay, struct tunnel *tunnel,
                      const struct ingress_request *request, unsigned at_most_ms);
/* The tunnel has a link: they go there. */
void agent_wait_linked(struct relay_state *relay, struct tunnel *tunnel);
/* The agent will not come to this relay: front_request decides anew about all of them. */
void agent_wait_give_up(struct relay_state *relay);

#endif
