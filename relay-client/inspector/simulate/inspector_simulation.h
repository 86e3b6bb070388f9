#ifndef CLIENT_INSPECTOR_SIMULATE_INSPECTOR_SIMULATION_H
#define CLIENT_INSPECTOR_SIMULATE_INSPECTOR_SIMULATION_H

#include "relay-client/inspector/inspector_route.h"

/* Events that the page makes up, from the request on: `POST /api/simulate`.  What goes on is
 * said on the stream as `run` (schema Run, without a parent).
 *
 * Life: inspector_simulation_act -> the request is answered, the run goes on -> frees itself.
 *       The inspector's end is its end. */

#define INSPECTOR_SIMULATIONS_MAX     10u /* at once; one more is `too_many` */
#define INSPECTOR_SIMULATION_BODY_MAX ((size_t)24 * 1024 * 1024) /* with contents */

void inspector_simulation_act(struct inspector_request *request);

#endif
