#ifndef SERVER_PARCEL_H
#define SERVER_PARCEL_H

#include "relay-server/delivery/transmit.h"
#include "relay-server/inbox/inbox.h"

/* What a delivery brings: the request as it will go over the link, in memory until it is
 * on a disk.  Embedded.
 *
 * Life: zeroed -> parcel_init -> parcel_fini (any number of times) */
struct parcel {
    struct relay_state *relay; /* borrowed; NULL: nothing is held */
    uint64_t seq, received_ms;
    char id[ULID_LEN + 1];
    struct http_head head; /* as forwarded_init made it; points into `storage` */
    char *storage;         /* owned */
    struct bytes body;
    size_t held; /* in the room */
};

/* A request as it came. */
struct parcel_request {
    const struct http_head *head; /* borrowed for the call */
    const struct route *route;
    const char *peer;
    struct bytes *body; /* moved out of here, with its place in the room */
};

/* ERR_HEADERS_TOO_LARGE; ERR_LIMIT: there is no room.  On failure the body stays where it
 * was. */
MUST_CHECK enum err parcel_init(struct parcel *p, struct relay_state *relay,
                                const struct parcel_request *request);
/* Head and body are not needed any more; the rest stays. */
void parcel_fini(struct parcel *p);

/* inbox_put; `answered`: 200 if somebody waits for it, else 0. */
MUST_CHECK enum err parcel_put(const struct parcel *p, const char *tunnel, unsigned answered,
                               struct inbox_ticket *ticket);
/* For the first attempt; borrows from `p`. */
struct transmit_request parcel_transmit(const struct parcel *p);

#endif
