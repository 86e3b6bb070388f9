#ifndef SERVER_FORWARD_H
#define SERVER_FORWARD_H

#include "relay-server/ingress/router.h"
#include "relay-server/serve/relay_state.h"

/* One plain request on its way over a link and its answer on the way back (webhooks:
 * delivery.h).  Ends by itself; when nothing can be passed on, the client gets a problem. */

#define FORWARD_ANSWER_MS 60000u /* from the last piece of the request to the final head */

struct forward_options {
    struct link *link; /* of the route's tunnel */
    const struct http_head *request;
    const struct route *route;
    bool end; /* the request has no body */
};

/* Takes `server` over in any case.  All of `options` is borrowed for the call. */
void forward_start(struct relay_state *relay, struct exchange *server,
                   const struct forward_options *options);

#endif
