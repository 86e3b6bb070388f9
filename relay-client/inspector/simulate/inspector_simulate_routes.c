#include "relay-client/inspector/simulate/chat_lease.h"
#include "relay-client/inspector/simulate/chat_make.h"
#include "relay-client/inspector/simulate/event_types.h"
#include "relay-client/inspector/simulate/inspector_simulation.h"

const struct inspector_route inspector_simulate_routes[] = {
    {.method = "GET", .pattern = "/api/event-types", .read = event_types_read},
    {.method = "POST",
     .pattern = "/api/simulate",
     .act = inspector_simulation_act,
     .body_max = INSPECTOR_SIMULATION_BODY_MAX},
    {.method = "POST", .pattern = "/api/chats", .act = chat_make_act},
    {.method = "POST", .pattern = "/api/chats/{chat}/lease", .act = chat_lease_hold},
    {.method = "DELETE", .pattern = "/api/chats/{chat}/lease", .act = chat_lease_end},
    {0},
};
