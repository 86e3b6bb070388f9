/* `hookline-relay status`: the tunnels of the relay that runs on this folder, whether their
 * agents are linked, and what waits for them. */
#include "base/clock.h"
#include "base/text.h"
#include "codec/json/json.h"
#include "relay-server/commands.h"
#include "relay-server/control/control_call.h"
#include "relay-server/control/control_status.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME_COLUMNS 20

static uint64_t number(const struct json_value *object, const char *name)
{
    uint64_t value = 0;

    return json_u64(json_member(object, name), &value) ? value : 0;
}

static const char *text(const struct json_value *object, const char *name)
{
    const char *value = json_string(json_member(object, name));

    return value ? value : "";
}

/* "2026-11-21T19:24:05.123Z" as "2026-11-21 19:24:05Z". */
static const char *moment(const struct json_value *object, const char *name,
                          char out[static 24])
{
    const char *time = text(object, name);

    if (strlen(time) < 19)
        return "-";
    (void)snprintf(out, 24, "%.10s %.8sZ", time, time + 11);
    return out;
}

static const char *size(char *out, size_t len, uint64_t bytes)
{
    return bytes > 0 ? text_size(out, len, bytes) : "-";
}

/* --- the table --- */

static void print_tunnel(FILE *out, const struct json_value *t)
{
    bool linked = false;
    char since[24], oldest[24], bytes[32], name[96], state[64];

    (void)json_bool(json_member(t, "linked"), &linked);
    (void)snprintf(state, sizeof state, "%s %s", linked ? "linked" : "no agent",
                   moment(t, "since", since));
    (void)fprintf(out,
                  "%-*s %-29s %-6s %-7s %6" PRIu64 " %9s  %-20s %6" PRIu64 " %9" PRIu64 "\n",
                  NAME_COLUMNS, text_escape(name, sizeof name, span_text(text(t, "name"))),
                  state, text(t, "answer"), text(t, "offline"), number(t, "kept"),
                  size(bytes, sizeof bytes, number(t, "bytes")), moment(t, "oldest", oldest),
                  number(t, "aside"), number(t, "delivered"));
}

static void print_tunnels(FILE *out, const struct json_value *tunnels)
{
    if (json_len(tunnels) == 0) {
        (void)fprintf(out, "\nNo agent has linked yet.\n");
        return;
    }
    (void)fprintf(out, "\n%-*s %-29s %-6s %-7s %6s %9s  %-20s %6s %9s\n", NAME_COLUMNS,
                  "TUNNEL", "AGENT, SINCE", "ANSWER", "OFFLINE", "KEPT", "BYTES", "OLDEST",
                  "ASIDE", "DELIVERED");
    for (const struct json_value *t = json_first(tunnels); t; t = json_next(t))
        print_tunnel(out, t);
}

static void print_inbox(FILE *out, const struct json_value *inbox)
{
    char bytes[32], problem[256];

    if (json_kind(inbox) != JSON_OBJECT) {
        (void)fprintf(out, "inbox: closed\n");
        return;
    }
    (void)fprintf(out,
                  "inbox: %" PRIu64 " kept (%s), %" PRIu64 " set aside, %" PRIu64
                  " delivered since the start\n",
                  number(inbox, "kept"), text_size(bytes, sizeof bytes, number(inbox, "bytes")),
                  number(inbox, "aside"), number(inbox, "delivered"));
    if (*text(inbox, "problem"))
        (void)fprintf(out, "inbox: the disk refuses: %s\n",
                      text_escape(problem, sizeof problem, span_text(text(inbox, "problem"))));
}

static void print(FILE *out, const struct json_value *root)
{
    char up[32], version[64], domain[256];

    (void)fprintf(out,
                  "hookline-relay %s for %s: process %" PRIu64
                  ", %s for %s; connections: %" PRIu64 ", links: %" PRIu64 "\n",
                  text_escape(version, sizeof version, span_text(text(root, "version"))),
                  text_escape(domain, sizeof domain, span_text(text(root, "domain"))),
                  number(root, "process"), text(root, "state"),
                  text_duration(up, sizeof up, number(root, "uptime_ms") * 1000),
                  number(root, "connections"), number(root, "links"));
    print_inbox(out, json_member(root, "inbox"));
    print_tunnels(out, json_member(root, "tunnels"));
}

/* --- the command --- */

static enum err print_reply(struct command_call *call, const struct control_reply *reply)
{
    struct json_doc doc;
    enum err rc = json_parse(&doc, bytes_span(&reply->body), CONTROL_STATUS_MAX);

    if (rc != OK)
        command_complain(call, "the relay's answer is no JSON: %s", doc.detail);
    else if (settings_bool(call->settings, "json"))
        (void)fprintf(call->out, "%.*s\n", (int)bytes_len(&reply->body),
                      (const char *)bytes_peek(&reply->body));
    else
        print(call->out, json_root(&doc));
    json_fini(&doc);
    return rc;
}

enum command_exit relay_status_command(struct command_call *call)
{
    static const struct control_question question = {.method = "GET", .target = "/status"};
    struct control_reply reply;
    char path[PATHS_MAX];

    if (control_call_path(call, path) != OK) {
        command_complain(call, "the folder's name is too long");
        return COMMAND_FAILED;
    }
    enum err rc = control_call(path, &question, &reply);
    if (rc == OK && reply.status != 200)
        rc = ERR_FAILED;
    if (rc != OK)
        command_complain(call, "%s", reply.detail);
    else
        rc = print_reply(call, &reply);
    control_call_fini(&reply);
    return rc == OK ? COMMAND_OK : COMMAND_FAILED;
}
