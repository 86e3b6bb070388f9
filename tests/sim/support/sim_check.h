/* What must be true after a simulation (docs/architecture.md, promises). */
#ifndef TESTS_SIM_SUPPORT_SIM_CHECK_H
#define TESTS_SIM_SUPPORT_SIM_CHECK_H

#include "sim/support/sim_world.h"

/* The journals are closed; their files are read here. */
void sim_check_journals(struct sim_world *w);
/* And what everybody has heard fits together. */
void sim_check_ledger(struct sim_world *w);

#endif
