/* `hookline doctor`
 * 1. the running agent, if there is one, says how its link is, and where it forwards to
 * 2. the examination runs; results are printed as they come
 * What can go wrong: the agent does not answer, or no agent runs: then what it would know is
 * not checked, and the rest is. */
#include "base/random.h"
#include "base/text.h"
#include "codec/json/json.h"
#include "codec/url.h"
#include "relay-client/agent/control.h"
#include "relay-client/agent_question.h"
#include "relay-client/commands/commands.h"
#include "relay-client/commands/doctor_printer.h"
#include "relay-client/journal/lookup/journal_destination.h"
#include "relay-client/runner.h"
#include "relay-client/secrets.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_RELAY_PORT 443u

struct doctor_run {
    struct command_call *call; /* borrowed */
    struct doctor_options options;
    struct doctor_printer printer;
    struct secrets secrets;
    struct line_client_options line;
    char destination[JOURNAL_DESTINATION_SIZE];
    struct url relay, forward;
    /* of the agent; `options` points to what it said */
    bool has_agent;
    struct agent_status link;
    char url[512], detail[512], handler[512], tunnel[64];
    enum err rc; /* of printing */
};

/* --- step 1 --- */

static void copy_text(char *out, size_t size, const struct json_value *root, const char *name)
{
    const char *text = json_string(json_member(root, name));

    (void)snprintf(out, size, "%s", text ? text : "");
}

static uint64_t number_of(const struct json_value *root, const char *name)
{
    uint64_t number = 0;

    (void)json_u64(json_member(root, name), &number);
    return number;
}

static bool parse_state(const struct json_value *root, enum agent_state *out)
{
    char text[32];

    copy_text(text, sizeof text, root, "state");
    for (unsigned s = AGENT_CONNECTING; s <= AGENT_REPLACED; s++)
        if (strcmp(agent_state_text(s), text) == 0) {
            *out = s;
            return true;
        }
    return false;
}

static void take_status(struct doctor_run *r, struct span json)
{
    struct json_doc doc = {0};
    const struct json_value *root;

    if (json_parse(&doc, json, CONTROL_BODY_MAX) != OK)
        return;
    root = json_root(&doc);
    r->has_agent = parse_state(root, &r->link.state);
    copy_text(r->url, sizeof r->url, root, "url");
    copy_text(r->detail, sizeof r->detail, root, "detail");
    copy_text(r->handler, sizeof r->handler, root, "handler");
    copy_text(r->tunnel, sizeof r->tunnel, root, "tunnel");
    r->link.url = r->url;
    r->link.detail = r->detail;
    r->link.rtt_us = number_of(root, "rtt_us");
    r->link.kept = number_of(root, "kept");
    r->link.pending = number_of(root, "pending");
    r->link.aside = number_of(root, "aside");
    json_fini(&doc);
}

static void ask_agent(struct doctor_run *r)
{
    struct agent_answer answer;
    char shown[400];
    enum err rc = agent_question_ask(r->call, CONTROL_STATUS, NULL, &answer);

    if (rc == OK && answer.status == 200)
        take_status(r, bytes_span(&answer.body));
    if (rc != ERR_NOT_FOUND && !r->has_agent)
        command_complain(r->call, "the running agent: %s",
                         text_escape(shown, sizeof shown,
                                     span_text(rc ? answer.detail : "it is not understood")));
    agent_question_fini(&answer);
}

/* --- options --- */

/* The agent may have been given another relay than the settings: behind its public address,
 * "mybot.relay.example.com" or "relay.example.com/mybot". */
static void use_agents_relay(struct doctor_run *r)
{
    size_t tunnel = strlen(r->tunnel);

    if (url_parse(span_text(r->url), &r->relay, NULL) != OK)
        return;
    r->options.relay_host = r->relay.host;
    r->options.relay_port = r->relay.port;
    if (tunnel > 0 && strncmp(r->relay.host, r->tunnel, tunnel) == 0 &&
        r->relay.host[tunnel] == '.')
        r->options.relay_host += tunnel + 1;
}

static bool find_relay(struct doctor_run *r)
{
    const char *text = settings_text(r->call->settings, "relay");
    const char *problem = NULL;

    if (!text) {
        use_agents_relay(r);
        return true;
    }
    if (url_parse_authority(span_text(text), DEFAULT_RELAY_PORT, &r->relay, &problem) != OK) {
        command_complain(r->call, "--relay %s: %s", text, problem);
        return false;
    }
    r->options.relay_host = r->relay.host;
    r->options.relay_port = r->relay.port;
    return true;
}

/* What the agent does now counts, unless the user says otherwise. */
static bool find_bot(struct doctor_run *r)
{
    const char *text = settings_text(r->call->settings, "forward");
    const char *problem = NULL;

    if (text && url_parse(span_text(text), &r->forward, &problem) != OK) {
        command_complain(r->call, "--forward %s: %s", text, problem);
        return false;
    }
    if (!text && url_parse(span_text(r->handler), &r->forward, NULL) == OK)
        text = r->handler;
    r->options.forward_url = text;
    return true;
}

/* No journal, or one that cannot be read, is no concern of the doctor's. */
static void find_destination(struct doctor_run *r)
{
    struct runner_places places;
    struct journal_reader *reader;
    char detail[512];

    if (runner_find_places(r->call->settings, r->call->paths, &places) != OK ||
        journal_reader_open(places.journal, &reader, detail) != OK)
        return;
    if (journal_destination(reader, r->destination) != OK)
        r->destination[0] = '\0';
    journal_reader_close(reader);
}

static bool set_options(struct doctor_run *r)
{
    const struct settings *s = r->call->settings;

    secrets_read(&r->secrets, s);
    r->options = (struct doctor_options){
        .tunnel = r->tunnel[0] != '\0' ? r->tunnel : settings_text(s, "tunnel"),
        .public_url = r->url,
        .ca_file = settings_text(s, "ca-file"),
        .webhook_path = settings_text(s, "webhook-path"),
        .secrets = r->has_agent && r->secrets.len == 0 ? NULL : &r->secrets,
        .link = r->has_agent ? &r->link : NULL,
        .random = random_system(),
        .destination = r->destination,
    };
    if (line_client_read_settings(s, &r->secrets, &r->line))
        r->options.line = &r->line;
    find_destination(r);
    return find_relay(r) && find_bot(r);
}

/* --- step 2 --- */

static void on_check(void *owner, const struct doctor_check *check)
{
    struct doctor_run *r = owner;

    if (r->rc == OK)
        r->rc = doctor_printer_add(&r->printer, check);
}

static void on_done(void *owner)
{
    struct doctor_run *r = owner;

    if (r->rc == OK)
        r->rc = doctor_printer_end(&r->printer);
}

static const struct doctor_events events = {.on_check = on_check, .on_done = on_done};

static enum err examine(struct doctor_run *r)
{
    struct doctor *doctor;
    struct loop *l;
    enum err rc = loop_new(clock_system(), &l);

    if (rc != OK)
        return rc;
    rc = doctor_start(l, &r->options, &events, r, &doctor);
    if (rc == OK)
        loop_run(l);
    loop_free(l);
    return rc != OK ? rc : r->rc;
}

enum command_exit doctor_command(struct command_call *call)
{
    struct doctor_run r = {.call = call};

    command_set_log_level(call);
    ask_agent(&r);
    if (!set_options(&r))
        return COMMAND_USAGE;
    doctor_printer_init(&r.printer, call->out, settings_bool(call->settings, "json"));
    enum err rc = examine(&r);
    if (rc != OK)
        command_complain(call, "%s", err_text(rc));
    return rc != OK || r.printer.count[DOCTOR_FAIL] > 0 ? COMMAND_FAILED : COMMAND_OK;
}
