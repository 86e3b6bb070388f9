/* 1. the running agent is asked
 * 2. what it says is printed as it is (--json), or as lines
 * What can go wrong: no agent runs; then the journal is counted. */
#include "base/container.h"
#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "relay-client/agent/control.h"
#include "relay-client/agent_question.h"
#include "relay-client/commands/commands.h"
#include "relay-client/journal_access.h"
#include "relay-client/runner.h"

#include <inttypes.h>

#define LABEL_COLUMNS 12

/* ---- lines ---- */

static const char *text_of(const struct json_value *root, const char *name)
{
    const char *text = json_string(json_member(root, name));

    return text ? text : "";
}

static uint64_t number_of(const struct json_value *root, const char *name)
{
    uint64_t number = 0;

    (void)json_u64(json_member(root, name), &number);
    return number;
}

static void print_line(FILE *out, const char *label, const char *value)
{
    char shown[2048];

    if (value[0] != '\0')
        (void)fprintf(out, "%-*s%s\n", LABEL_COLUMNS, label,
                      text_escape(shown, sizeof(shown), span_text(value)));
}

/* Why nothing goes to LINE, as far as that is so just now. */
static const char *reason_of(const struct json_value *line_api)
{
    static const struct {
        const char *word, *text;
    } reasons[] = {
        {"forced", "emulated: --line-api=emulate"},
        {"not_configured", "emulated: no access token configured"},
        {"replay", "passed on to LINE, but nothing that a person could notice: a replayed or "
                   "simulated event is being handled, or was within the last minute"},
        {"lease", "passed on to LINE, but nothing that a person could notice: the Conversation "
                  "is open in the inspector"},
    };
    const char *word = text_of(line_api, "emulating");

    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (strcmp(reasons[i].word, word) == 0)
            return reasons[i].text;
    return "passed on to LINE";
}

static void print_line_api(FILE *out, const struct json_value *line_api)
{
    char text[512];

    if (json_kind(line_api) != JSON_OBJECT)
        return;
    (void)snprintf(text, sizeof(text), "%s  (%s)", text_of(line_api, "url"),
                   reason_of(line_api));
    print_line(out, "LINE API", text);
}

static void print_session(FILE *out, const struct json_value *root)
{
    uint64_t rtt_us = number_of(root, "rtt_us");
    char took[32], text[256];

    (void)snprintf(text, sizeof(text), "%s", text_of(root, "state"));
    if (rtt_us > 0)
        (void)snprintf(text, sizeof(text), "%s, round trip %s", text_of(root, "state"),
                       text_duration(took, sizeof(took), rtt_us));
    print_line(out, "Session", text);
    print_line(out, "", text_of(root, "detail"));
    print_line(out, "Tunnel", text_of(root, "tunnel"));
    print_line(out, "Public URL", text_of(root, "url"));
    print_line(out, "Forwards to", text_of(root, "handler"));
    print_line(out, "Inspector", text_of(root, "inspector"));
    print_line_api(out, json_member(root, "line_api"));
}

static void print_hint(FILE *out, uint64_t pending, uint64_t aside)
{
    if (pending + aside > 0)
        (void)fprintf(out, "%-*s`hookline list --pending` shows them\n", LABEL_COLUMNS, "");
}

static void print_lines(FILE *out, const struct json_value *root)
{
    uint64_t kept = number_of(root, "kept");
    uint64_t pending = number_of(root, "pending"), aside = number_of(root, "aside");

    print_session(out, root);
    if (kept > 0)
        (void)fprintf(out, "%-*s%" PRIu64 " kept by the relay, draining\n", LABEL_COLUMNS,
                      "Inbox", kept);
    (void)fprintf(out,
                  "%-*s%" PRIu64 " delivered   %" PRIu64 " pending   %" PRIu64 " set aside\n",
                  LABEL_COLUMNS, "Webhooks", number_of(root, "delivered"), pending, aside);
    print_hint(out, pending, aside);
}

/* ---- of the agent ---- */

/* Its own members behind ours. */
static void print_json(FILE *out, struct span json)
{
    (void)fprintf(out, "{\"type\":\"status\",\"agent\":true,%.*s\n", (int)json.len - 1,
                  json.ptr + 1);
}

static enum command_exit print_answer(const struct command_call *call,
                                      const struct agent_answer *a)
{
    struct span json = bytes_span(&a->body);
    struct json_doc doc = {0};
    enum command_exit result = COMMAND_OK;

    if (a->status != 200 || json_parse(&doc, json, json.len) != OK ||
        json_len(json_root(&doc)) == 0 || !span_starts(json, SPAN("{"))) {
        command_complain(call, "the running agent has answered what is not understood here");
        result = COMMAND_FAILED;
    } else if (settings_bool(call->settings, "json")) {
        print_json(call->out, json);
    } else {
        print_lines(call->out, json_root(&doc));
    }
    json_fini(&doc);
    return result;
}

/* ---- without one ---- */

static bool count_unfinished(const struct command_call *call, struct journal_unfinished *out,
                             char detail[static 512])
{
    struct runner_places places;
    struct journal_reader *reader;

    *out = (struct journal_unfinished){0};
    if (runner_find_places(call->settings, call->paths, &places) != OK ||
        journal_reader_open(places.journal, &reader, detail) != OK)
        return false;
    enum err rc = journal_reader_count_unfinished(reader, out);
    journal_reader_close(reader);
    return rc == OK;
}

static void print_no_agent(const struct command_call *call, bool has_journal,
                           struct journal_unfinished n)
{
    if (settings_bool(call->settings, "json") && has_journal)
        (void)fprintf(call->out,
                      "{\"type\":\"status\",\"agent\":false,\"state\":null,\"pending\":%" PRIu64
                      ",\"aside\":%" PRIu64 "}\n",
                      n.pending, n.aside);
    else if (settings_bool(call->settings, "json"))
        (void)fprintf(call->out, "{\"type\":\"status\",\"agent\":false,\"state\":null,"
                                 "\"pending\":null,\"aside\":null}\n");
    else if (has_journal && n.pending + n.aside == 0)
        (void)fprintf(call->out, "No agent runs here. Nothing is pending or set aside.\n");
    else if (has_journal)
        (void)fprintf(call->out,
                      "No agent runs here. The journal holds %" PRIu64 " pending and %" PRIu64
                      " set aside; the next `hookline up` goes on with what is pending.\n",
                      n.pending, n.aside);
    else
        (void)fprintf(call->out, "No agent runs here, and no journal can be read.\n");
}

static enum command_exit report_no_agent(const struct command_call *call)
{
    struct journal_unfinished n;
    char detail[512] = "", shown[600];
    bool has_journal = count_unfinished(call, &n, detail);

    print_no_agent(call, has_journal, n);
    if (!has_journal && detail[0] != '\0')
        command_complain(call, "%s", text_escape(shown, sizeof(shown), span_text(detail)));
    return COMMAND_FAILED;
}

enum command_exit status_command(struct command_call *call)
{
    struct agent_answer answer;
    enum command_exit result = COMMAND_FAILED;
    char shown[400];
    enum err rc = agent_question_ask(call, CONTROL_STATUS, NULL, &answer);

    if (rc == ERR_NOT_FOUND)
        result = report_no_agent(call);
    else if (rc)
        command_complain(call, "the running agent: %s",
                         text_escape(shown, sizeof(shown), span_text(answer.detail)));
    else
        result = print_answer(call, &answer);
    agent_question_fini(&answer);
    return result;
}
