#ifndef SERVER_WEBHOOK_H
#define SERVER_WEBHOOK_H

#include "base/bytes.h"
#include "relay-server/serve/relay_state.h"

/* A webhook: a POST with a signature header.  Its body is read whole, because a
 * delivery is taken as a whole or not at all; then it becomes one (delivery.h). */

#define WEBHOOK_BODY_MAX ((size_t)1024 * 1024)

/* Any known signature header on a POST. */
bool webhook_is(const struct http_head *head);

/* Takes `x` over.  `head` and `tunnel` are borrowed for the call: once the body is complete
 * the tunnel is looked up anew. */
void webhook_start(struct relay_state *relay, struct exchange *x, const struct http_head *head,
                   const struct tunnel *tunnel);
/* One whose request was read whole: it becomes a delivery, or is refused.  Takes `x` over;
 * `head` is borrowed for the call, `body` is moved out, with its place in the room. */
void webhook_go_on(struct relay_state *relay, struct exchange *x, const struct http_head *head,
                   struct bytes *body);

#endif
