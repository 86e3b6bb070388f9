/* A relay, agents with their bots and journals, and public clients, all in one process on
 * pipes, under a clock and a generator that belong to the simulation: a seed says everything.
 *
 * Life: sim_world_open -> sim_world_run -> sim_world_heal -> sim_world_close */
#ifndef TESTS_SIM_SUPPORT_SIM_WORLD_H
#define TESTS_SIM_SUPPORT_SIM_WORLD_H

#include "sim/support/sim_agent.h"
#include "sim/support/sim_caller.h"

#define SIM_AGENTS  3u
#define SIM_CALLERS 8u

struct sim_world {
    struct front_rig rig;
    struct random_seeded random;
    struct sim_ledger ledger;
    struct sim_agent agents[SIM_AGENTS];
    struct sim_caller callers[SIM_CALLERS];
    struct defer_task task;
    struct inbox_fetch fetch;
    unsigned steps_left;
    unsigned wait;     /* passes of the loop until the next step */
    uint64_t sleep_ms; /* time that is to pass before it */
    uint64_t hash;     /* of everything that was done */
    bool is_told;      /* each step, on standard error */
    unsigned long live;
};

void sim_world_open(struct sim_world *w, uint64_t seed, bool is_told);
/* So many steps of the schedule (sim_schedule.h). */
void sim_world_run(struct sim_world *w, unsigned steps);
/* Nothing misbehaves any more, all agents are linked, and so much time passes that every
 * request is over; those who dawdle answer. */
void sim_world_heal(struct sim_world *w);
/* Ends everything, and nothing may be left but the files. */
void sim_world_end(struct sim_world *w);
/* Removes these too. */
void sim_world_close(struct sim_world *w);

/* 0 .. bound-1 */
size_t sim_world_draw(struct sim_world *w, size_t bound);
/* Time passes at once. */
void sim_world_advance(struct sim_world *w, uint64_t ms);
/* A new entry of the ledger for that agent's tunnel, begun on this connection. */
struct sim_sent *sim_world_send(struct sim_world *w, struct sim_caller *c, size_t agent,
                                size_t len, bool is_webhook);
/* Into the hash, and on standard error. */
void sim_world_note(struct sim_world *w, const char *what, uint64_t a, uint64_t b);

#endif
