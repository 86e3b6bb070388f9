#ifndef CLIENT_SIMULATE_SIMULATE_BODY_H
#define CLIENT_SIMULATE_SIMULATE_BODY_H

#include "relay-client/simulate/simulate_plan.h"

/* The bodies of one round: {"destination": ..., "events": [...]}. */

/* How many: one, or one for each event. */
size_t simulate_body_count(const struct simulate_plan *p);
/* Appends the body number `which` to `out`: the events of that body, in `order` (indices of
 * p->events, p->events_len of them).  As event_dress_make, with p->detail. */
MUST_CHECK enum err simulate_body_make(struct simulate_plan *p, size_t which,
                                       const size_t *order, uint64_t now_ms, struct bytes *out);
/* The order of a round, into `out`. */
void simulate_body_order(const struct simulate_plan *p, size_t out[static SIMULATE_EVENTS_MAX]);

#endif
