#include "relay-client/inspector/inspector_router.h"

#include "relay-client/inspector/inspector_param.h"

#include <stdio.h>

static const struct inspector_route *const rooms[] = {
    inspector_status_routes,   inspector_exchange_routes, inspector_edit_routes,
    inspector_filter_routes,   inspector_chat_routes,     inspector_replay_routes,
    inspector_export_routes,   inspector_doctor_routes,   inspector_call_routes,
    inspector_simulate_routes,
};

static void allow(char allowed[static 32], const char *method)
{
    size_t len = strlen(allowed);

    if (strcmp(method, "GET") == 0)
        method = "GET, HEAD";
    if (!strstr(allowed, method))
        snprintf(allowed + len, 32 - len, "%s%s", len > 0 ? ", " : "", method);
}

const struct inspector_route *inspector_router_find(struct span method, struct span path,
                                                    char allowed[static 32])
{
    const struct inspector_route *best = NULL;
    size_t most = 0;
    struct span meant = span_is(method, SPAN("HEAD")) ? SPAN("GET") : method;

    allowed[0] = '\0';
    for (size_t room = 0; room < sizeof rooms / sizeof rooms[0]; room++)
        for (const struct inspector_route *r = rooms[room]; r->method; r++) {
            size_t literals = inspector_param_literals(r->pattern);
            if (!inspector_param_path_fits(r->pattern, path) || literals < most)
                continue;
            if (literals > most) { /* the others were not meant */
                best = NULL;
                allowed[0] = '\0';
            }
            most = literals;
            allow(allowed, r->method);
            if (span_is(meant, span_text(r->method)))
                best = r;
        }
    return best;
}
