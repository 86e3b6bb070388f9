#ifndef SERVER_DESTINATION_H
#define SERVER_DESTINATION_H

#include "http/problem.h"
#include "relay-server/ingress/router.h"
#include "relay-server/serve/relay_state.h"

/* Where a public request goes: the link of the tunnel that it names, or the problem that
 * says why there is none. */
struct destination {
    struct route route; /* points into the head and into `scratch` */
    struct link *link;  /* borrowed until the next turn of the loop */
    char scratch[ROUTE_SCRATCH];
};

/* NULL: *out is filled; else why the request is refused. */
const struct problem *destination_find(struct relay_state *relay, const struct http_head *head,
                                       struct destination *out);

#endif
