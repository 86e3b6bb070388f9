#ifndef CLIENT_INSPECTOR_REPLAY_INSPECTOR_RUN_H
#define CLIENT_INSPECTOR_REPLAY_INSPECTOR_RUN_H

#include "relay-client/inspector/inspector_route.h"

/* A replay that the page asked for, from the request on: `POST /api/exchanges/{id}/replay`.
 * What goes on is said on the stream as `run` (schema Run).
 *
 * Life: inspector_run_act -> the request is answered, the run goes on -> frees itself.  The
 *       inspector's end is its end. */

#define INSPECTOR_RUNS_MAX     10u                       /* at once; one more is `too_many` */
#define INSPECTOR_RUN_IDS_MAX  200u                      /* of replays that are named */
#define INSPECTOR_RUN_BODY_MAX ((size_t)8 * 1024 * 1024) /* 1 MiB, each byte an escape */

void inspector_run_act(struct inspector_request *request);

#endif
