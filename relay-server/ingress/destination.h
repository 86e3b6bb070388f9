#ifndef SERVER_DESTINATION_H
#define SERVER_DESTINATION_H

#include "http/problem.h"
#include "relay-server/ingress/router.h"
#include "relay-server/serve/relay_state.h"

/* Where a public request goes: the tunnel that it names. */
struct destination {
    struct route route;    /* points into the head and into `scratch` */
    struct tunnel *tunnel; /* borrowed until the next turn of the loop */
    char scratch[ROUTE_SCRATCH];
};

/* NULL: *out is filled, though the tunnel may have no link; else why the request is
 * refused. */
const struct problem *destination_find(struct relay_state *relay, const struct http_head *head,
                                       struct destination *out);
/* The tunnel has no link: what is said to who needs one. */
const struct problem *destination_unlinked(const struct relay_state *relay);

#endif
