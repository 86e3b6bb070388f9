#ifndef SERVER_ROUTER_H
#define SERVER_ROUTER_H

#include "codec/http/http_head.h"

/* Which tunnel a public request is for: `mybot.relay.example.com/callback` or
 * `relay.example.com/mybot/callback`.  Pure; the path's bytes stay as they are
 * but for the first segment in the second form. */
struct route {
    struct span tunnel;
    struct span prefix; /* "/mybot" in the second form, else empty */
    struct span target; /* what the bot sees: "/callback" */
};

/* Long enough for any rewritten target. */
#define ROUTE_SCRATCH (HTTP_TARGET_MAX + 1)

/* `domain` is the relay's own name, without port.  ERR_NOT_FOUND when the request
 * names no tunnel; whether it exists is not asked here.  Spans point into the
 * arguments or into `scratch`. */
MUST_CHECK enum err router_route(struct span domain, const struct http_head *head,
                                 char scratch[static ROUTE_SCRATCH], struct route *out);

/* The authority without its port. */
struct span router_host(struct span authority);

#endif
