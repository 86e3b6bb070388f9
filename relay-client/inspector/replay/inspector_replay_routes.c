#include "relay-client/inspector/replay/inspector_run.h"

const struct inspector_route inspector_replay_routes[] = {
    {.method = "POST",
     .pattern = "/api/exchanges/{id}/replay",
     .act = inspector_run_act,
     .body_max = INSPECTOR_RUN_BODY_MAX},
    {0},
};
