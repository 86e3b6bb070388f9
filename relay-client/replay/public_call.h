#ifndef CLIENT_REPLAY_PUBLIC_CALL_H
#define CLIENT_REPLAY_PUBLIC_CALL_H

#include "net/tls/tls_context.h"
#include "relay-client/agent_call.h"

/* One request to the tunnel's public address, over HTTPS, as LINE sends it: a new connection,
 * the certificate checked, no redirect followed.
 *
 * Life: public_call_start -> done (frees itself) */
struct public_call;

#define PUBLIC_CALL_MS 40000u /* for everything; the relay itself gives up earlier */

struct public_call_place {
    const char *host; /* borrowed for the call, like the context */
    unsigned port;
    struct tls_context *tls; /* counted while the call lives */
};

/* `request`: as for agent_call_start, whose timeout, peer and handle are not read here.
 * `done` comes from the loop, once, with OK only; then result->why says how it went. */
MUST_CHECK enum err public_call_start(struct loop *l, const struct public_call_place *place,
                                      const struct agent_call_request *request,
                                      void (*done)(void *owner,
                                                   const struct agent_call_result *result),
                                      void *owner, struct public_call **out);
/* `done` comes soon, with ERR_CANCELLED or with what had come before. */
void public_call_cancel(struct public_call *c);

#endif
