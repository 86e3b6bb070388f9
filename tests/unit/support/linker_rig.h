/* A linker, and the relay it looks for on a port of its own; the clock moves only by hand.
 * Two of them may share loop and relay. */
#ifndef TESTS_UNIT_SUPPORT_LINKER_RIG_H
#define TESTS_UNIT_SUPPORT_LINKER_RIG_H

#include "relay-client/agent/link/linker.h"
#include "unit/support/fake_relay.h"

#define LINKER_RIG_STATUSES 512u

struct linker_rig_status {
    enum agent_state state;
    char url[128], detail[300];
    uint64_t retry_ms, rtt_us;
    unsigned attempt;
};

struct linker_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct fake_relay *relay;
    struct random_seeded random;
    struct linker_options options;
    struct linker *linker; /* NULL once closed */
    struct linker_rig_status status[LINKER_RIG_STATUSES];
    int statuses, linked, requests, closed;
    uint64_t kept;            /* as the last welcome said */
    int events;               /* all of them */
    int close_at;             /* linker_close inside this event, 0: never */
    bool shuts;               /* linker_shutdown instead */
    struct exchange_log log;  /* the agent's end of the last request */
    struct linker_rig *first; /* who has loop and relay, NULL: this one */
    unsigned long live;
};

/* Loop and relay; then change `options`, then linker_rig_start. */
void linker_rig_open(struct linker_rig *r, enum fake_relay_manner manner);
/* A second one beside `first`; closed before it. */
void linker_rig_open_beside(struct linker_rig *r, struct linker_rig *first);
enum err linker_rig_start(struct linker_rig *r);
/* linker_close if need be, waits; nothing may be left (but of the first one). */
void linker_rig_close(struct linker_rig *r);

struct linker_rig_status *linker_rig_last(struct linker_rig *r);
/* Turns the loop until the last status is of this kind. */
void linker_rig_await(struct linker_rig *r, enum agent_state state);
void linker_rig_wait(struct linker_rig *r, const int *flag, int count);
/* Time passes, and what is due then happens; a jump, after which peers are still there. */
void linker_rig_advance(struct linker_rig *r, uint64_t ms);
/* What is under way without waiting. */
void linker_rig_settle(struct linker_rig *r);
/* GET over the relay's last link. */
enum err linker_rig_request(struct linker_rig *r, struct exchange_log *log);

#endif
