#ifndef SERVER_LINK_GATE_H
#define SERVER_LINK_GATE_H

#include "relay-server/ingress/ingress.h"
#include "relay-server/serve/relay_state.h"

/* The agents' door (docs/protocol.md): authenticates the upgrade request, binds the
 * tunnel's name to the token, and makes the connection a link. */

#define LINK_GATE_LINKS_PER_TOKEN 4u  /* that serve a tunnel */
#define LINK_GATE_LINKS_MAX       16u /* with those that were taken over and still finish */

/* For requests that link_hello_is() recognises.  Takes the exchange over: it becomes a
 * link, or gets a refusal. */
void link_gate_enter(struct relay_state *relay, const struct ingress_request *request);

#endif
