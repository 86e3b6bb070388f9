#ifndef SERVER_FORWARDED_H
#define SERVER_FORWARDED_H

#include "codec/http/http_head.h"
#include "relay-server/ingress/router.h"

/* The head that goes over the link: control data and end-to-end fields exactly as
 * received, in order; what only the relay may say (X-Forwarded-*, Forwarded,
 * X-Real-IP, Hookline-*) is removed and written anew (threats D1). */
struct forwarded_info {
    const char *peer;     /* address of the public client */
    const char *delivery; /* id, see codec/ulid.h */
    unsigned attempt;
    uint64_t received_ms; /* wall clock */
};

struct forwarded {
    struct http_head head; /* borrows from the request, the route and below */
    char attempt[12];
    char received[24];
};

/* ERR_HEADERS_TOO_LARGE when ours do not fit beside the client's. */
MUST_CHECK enum err forwarded_init(struct forwarded *out, const struct http_head *request,
                                   const struct route *route,
                                   const struct forwarded_info *info);

#endif
