#ifndef SERVER_FRONT_H
#define SERVER_FRONT_H

#include "relay-server/ingress/ingress.h"
#include "relay-server/serve/relay_state.h"

/* What becomes of a request at the public port: a link, a webhook, a plain request for
 * a tunnel, or a refusal that says why. */
void front_request(struct relay_state *relay, const struct ingress_request *request);

#endif
