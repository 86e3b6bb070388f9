#ifndef CLIENT_INSPECTOR_INSPECTOR_REQUEST_H
#define CLIENT_INSPECTOR_INSPECTOR_REQUEST_H

#include "relay-client/inspector/inspector_route.h"

/* A request to the API that has passed the gate: its route is found, its body read, then it
 * is answered by the route.  The rest of its life is in inspector_route.h. */

/* Takes `x` over; `head` is borrowed for the call. */
void inspector_request_start(struct inspector *i, struct exchange *x,
                             const struct http_head *head);
/* For the one that signs in: a cookie goes with the reply; copied, and wiped. */
void inspector_request_set_cookie(struct inspector_request *r, const char *cookie);

#endif
