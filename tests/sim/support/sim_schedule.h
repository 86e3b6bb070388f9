/* What may happen next in a simulation. */
#ifndef TESTS_SIM_SUPPORT_SIM_SCHEDULE_H
#define TESTS_SIM_SUPPORT_SIM_SCHEDULE_H

#include "sim/support/sim_world.h"

/* Draws one thing and does it, then how long to wait for the next. */
void sim_schedule_step(struct sim_world *w);

#endif
