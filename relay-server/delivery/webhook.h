#ifndef SERVER_WEBHOOK_H
#define SERVER_WEBHOOK_H

#include "relay-server/serve/relay_state.h"

/* A webhook: a POST with a signature header.  Its body is read whole, because a
 * delivery is taken as a whole or not at all; then it is forwarded. */

#define WEBHOOK_BODY_MAX ((size_t)1024 * 1024)
/* Of all of them together: whoever sends a signature header is a stranger still.  Beyond,
 * 503; LINE sends again. */
#define WEBHOOK_BODIES_MAX ((size_t)64 * 1024 * 1024)

/* Any known signature header on a POST. */
bool webhook_is(const struct http_head *head);

/* Takes `x` over.  `head` is borrowed for the call. */
void webhook_start(struct relay_state *relay, struct exchange *x, const struct http_head *head);

#endif
