#ifndef LINK_HEARTBEAT_H
#define LINK_HEARTBEAT_H

#include "loop/deadline.h"

/* Is the other end of a link still there?  After 10 s without a byte from it, a
 * ping; before 15 s without one have passed, the link is dead.  A jump of the wall clock
 * against the monotonic one (2 s or more: the machine slept) asks for a ping at
 * once and gives the peer 3 s.  So does a tick that comes 2 s late or more (the
 * process was stopped: what the peer sent meanwhile is still to be read). */

#define HEARTBEAT_IDLE_MS  10000u
#define HEARTBEAT_DEAD_MS  14500u
#define HEARTBEAT_WAKE_MS  3000u
#define HEARTBEAT_CHECK_MS 1000u

struct heartbeat_events {
    void (*on_ping)(void *owner); /* send one */
    void (*on_dead)(void *owner); /* once */
    void (*on_wake)(void *owner); /* the machine slept; on_ping follows.  May be NULL */
};

struct heartbeat {
    struct loop *loop;
    const struct heartbeat_events *events;
    void *owner;
    struct deadline tick;
    uint64_t heard_us; /* monotonic */
    uint64_t dead_us;  /* when silence becomes death */
    uint64_t wall_ms;  /* at the last tick, to see jumps */
    uint64_t tick_us;
    bool pinged;
};

MUST_CHECK enum err heartbeat_init(struct heartbeat *h, struct loop *l,
                                   const struct heartbeat_events *events, void *owner);
void heartbeat_fini(struct heartbeat *h);
/* Bytes came from the peer. */
void heartbeat_heard(struct heartbeat *h);

#endif
