#ifndef CLIENT_SCENARIO_SCENARIO_RUN_H
#define CLIENT_SCENARIO_SCENARIO_RUN_H

#include "relay-client/agent_reach.h"
#include "relay-client/lineapi/line_mint.h"
#include "relay-client/scenario/scenario_file.h"
#include "relay-client/simulate/simulate_precedent.h"

/* Plays a scenario, step by step, and says how each one went.  After the first failure the rest
 * is not played.
 *
 * Life: scenario_run_open -> on_step ... -> on_done -> scenario_run_free */
struct scenario_run;

struct scenario_run_options { /* all borrowed until on_done */
    const struct scenario_file *file;
    struct agent_reach *reach; /* open */
    struct line_mint *mint;
    const struct secrets *secrets;
    const struct simulate_precedent *precedent;
    struct random *random;
};

struct scenario_result {
    const struct scenario_step *step;
    bool is_good;
    uint64_t took_us;
    const char *detail; /* of a failure, for people; else "" */
};

struct scenario_run_events {
    void (*on_step)(void *owner, const struct scenario_result *result);
    void (*on_done)(void *owner); /* from the loop */
};

MUST_CHECK enum err scenario_run_open(struct loop *l,
                                      const struct scenario_run_options *options,
                                      const struct scenario_run_events *events, void *owner,
                                      struct scenario_run **out);
void scenario_run_free(struct scenario_run *r);

#endif
