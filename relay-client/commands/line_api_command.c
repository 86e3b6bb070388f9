/* `hookline line-api`: what the LINE API port knows of LINE's API. */
#include "relay-client/commands/commands.h"
#include "relay-client/lineapi/lineapi_operation.h"

#include <string.h>

struct list {
    FILE *out;
    bool unsupported_only, is_json;
    size_t emulated, passed_on, unsupported;
};

static const char *host_of(const struct lineapi_operation *o)
{
    switch (o->host) {
    case LINEAPI_HOST_API:
        return "api.line.me";
    case LINEAPI_HOST_DATA:
        return "api-data.line.me";
    case LINEAPI_HOST_MANAGER:
        return "manager.line.biz";
    case LINEAPI_HOST_WORKS:
        break;
    }
    return "LINE WORKS";
}

static const char *answered(struct list *l, const struct lineapi_operation *o)
{
    bool is_line = o->host == LINEAPI_HOST_API || o->host == LINEAPI_HOST_DATA;

    if (o->emulate) {
        l->emulated++;
        return "emulated";
    }
    l->passed_on += is_line;
    l->unsupported += !is_line;
    return is_line ? "passed on only" : "unsupported";
}

/* Nothing in the tables has to be escaped. */
static bool print(void *owner, const struct lineapi_operation *o)
{
    struct list *l = owner;
    const char *how = answered(l, o);

    if (l->unsupported_only && o->emulate)
        return true;
    if (l->is_json)
        (void)fprintf(l->out,
                      "{\"type\":\"operation\",\"operation\":\"%s\",\"method\":\"%s\",\"path\":"
                      "\"%s\",\"host\":\"%s\",\"answered\":\"%s\"}\n",
                      o->name, o->method, o->pattern, host_of(o), how);
    else
        (void)fprintf(l->out, "%-14s  %-6s  %s\n", how, o->method, o->pattern);
    return true;
}

enum command_exit line_api_command(struct command_call *call)
{
    struct list l = {
        .out = call->out,
        .unsupported_only = settings_bool(call->settings, "unsupported"),
        .is_json = settings_bool(call->settings, "json"),
    };

    lineapi_operation_each(print, &l);
    if (!l.is_json)
        (void)fprintf(l.out,
                      "\n%zu operations are emulated. %zu are passed on to LINE when there are "
                      "credentials, and answered 501 otherwise; unsupported: %zu.\n",
                      l.emulated, l.passed_on, l.unsupported);
    return COMMAND_OK;
}
