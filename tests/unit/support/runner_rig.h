/* A runner with settings as `hookline up` reads them, in the scratch folder; nobody is
 * where its relay should be.  The clock stands still.  There is one at a time.
 *
 * Life: runner_rig_open -> runner_rig_add -> runner_rig_start -> runner_rig_stop ->
 *       (start again, or) runner_rig_end */
#ifndef TESTS_UNIT_SUPPORT_RUNNER_RIG_H
#define TESTS_UNIT_SUPPORT_RUNNER_RIG_H

#include "base/clock.h"
#include "relay-client/runner.h"
#include "unit/support/net_peer.h"

#define RUNNER_RIG_ARGS 64u

struct runner_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct settings settings;
    struct paths paths; /* "state" and "run" in the scratch folder */
    struct runner_options options;
    struct runner *runner; /* NULL once closed */
    struct net_peer client;
    const char *args[RUNNER_RIG_ARGS];
    size_t args_len;
    int closed, exchanges;
    bool webhook; /* the last exchange was one */
    unsigned status;
    unsigned long live;
    unsigned long fail_at; /* this allocation of runner_open fails; 0: none */
};

extern struct runner_rig runner_rig;

void runner_rig_open(void);
void runner_rig_add(const char *arg);
/* Loads the settings, which must be right, and opens the runner. */
enum err runner_rig_start(void);
/* Nothing may be left. */
void runner_rig_stop(void);
void runner_rig_end(void);

/* One local request; waits until it is over. */
void runner_rig_say(const char *text);

#endif
