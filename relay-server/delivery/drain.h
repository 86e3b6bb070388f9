#ifndef SERVER_DRAIN_H
#define SERVER_DRAIN_H

#include "relay-server/inbox/inbox.h"

/* Brings a tunnel's backlog from the inbox to its agent: oldest first, in batches, at most
 * DRAIN_IN_FLIGHT_MAX on their way; one at a time while the oldest has been on its way
 * when a link ended (careful mode), so that a delivery that brings the agent down is found,
 * and set aside after DISPATCH_ATTEMPTS_MAX times.  Embedded in struct dispatch. */
struct dispatch;
struct relay_state;

#define DRAIN_IN_FLIGHT_MAX 32u
#define DRAIN_BYTES_MAX     ((size_t)4 * 1024 * 1024)

struct drain {
    struct inbox_fetch fetch;
    bool is_fetching;
    bool is_careful; /* what is in flight is awaited before the next one is sent */
    bool is_told;    /* the log knows that there is a backlog */
    bool is_stale;   /* all has begun anew since the batch was asked for */
    size_t reserved; /* of the room, for the batch */
    size_t bytes;    /* of those in flight, in the room too */
};

/* Sends more if it may. */
void drain_run(struct dispatch *p);
/* A new link, or a new try: begins with the oldest again. */
void drain_restart(struct dispatch *p);

#endif
