/* Requests that come late, on their way from one relay to the next, and from that one to its
 * own: what callers send to the first comes out at an agent that plays the last.
 *
 *     callers ─▶ rig.state ─first─▶ predecessor ─▶ second ─next─▶ last
 *
 * Life: late_rig_open -> ... -> late_rig_close (nothing may be left) */
#ifndef TESTS_UNIT_SUPPORT_LATE_RIG_H
#define TESTS_UNIT_SUPPORT_LATE_RIG_H

#include "relay-server/handover/late_requests.h"
#include "relay-server/handover/predecessor.h"
#include "unit/support/front_rig.h"

struct late_rig {
    struct front_rig rig;            /* its state is the first relay */
    struct relay_state second;       /* which has nothing but `next` */
    struct late_requests *first;     /* NULL once closed */
    struct late_requests *next;      /* the same */
    struct predecessor *predecessor; /* the second one's view of the first; NULL: none */
    struct fake_agent last;
    unsigned empties;
};

/* Both hand over; nobody serves yet. */
void late_rig_open(struct late_rig *l);
void late_rig_close(struct late_rig *l);
/* The second relay serves, and then the last one; false: memory is out. */
bool late_rig_link_first(struct late_rig *l);
bool late_rig_link_second(struct late_rig *l);

/* The i-th caller's request, GET /page?x=1; odd ones speak HTTP/2. */
void late_rig_get(struct late_rig *l, size_t i);
/* A webhook that the first relay has begun to read before it hands over: "hello". */
void late_rig_webhook(struct late_rig *l, size_t i);
/* Not answered yet. */
void late_rig_check_waits(struct late_rig *l, size_t i);
void late_rig_check_refused(struct late_rig *l, size_t i);

#endif
