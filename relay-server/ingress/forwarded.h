#ifndef SERVER_FORWARDED_H
#define SERVER_FORWARDED_H

#include "codec/http/http_head.h"
#include "relay-server/ingress/router.h"

/* The head that goes over the link: control data and end-to-end fields exactly as
 * received, in order; what only the relay may say (X-Forwarded-*, Forwarded,
 * X-Real-IP, Hookline-*) is removed and written anew (threats D1).
 *
 * Made in two steps: forwarded_init when the request comes, and what the inbox keeps;
 * forwarded_stamp for each attempt to send it. */
struct forwarded_info {
    const char *delivery; /* id, see codec/ulid.h */
    unsigned attempt;
    uint64_t received_ms; /* wall clock */
    unsigned answered;    /* what the sender was told already; 0: nothing */
    uint64_t kept;        /* how many wait behind it in the inbox */
    bool resume;          /* the first after the agent could not store */
};

/* One attempt's head. */
struct forwarded {
    struct http_head head; /* borrows from the request, the info and below */
    char attempt[12];
    char received[24];
    char answered[12];
    char kept[24];
};

/* Without Hookline's own fields.  `out` borrows from all of them.
 * ERR_HEADERS_TOO_LARGE when ours do not fit beside the client's. */
MUST_CHECK enum err forwarded_init(struct http_head *out, const struct http_head *request,
                                   const struct route *route, const char *peer);
/* Whatever forwarded_stamp adds, `head` will be within the limits of the link. */
bool forwarded_has_room(const struct http_head *head);
/* Hookline's own fields behind those of `head`. */
MUST_CHECK enum err forwarded_stamp(struct forwarded *out, const struct http_head *head,
                                    const struct forwarded_info *info);

#endif
