/* `hookline up`: the agent, until Ctrl-C. */
#include "base/random.h"
#include "codec/url.h"
#include "loop/signals.h"
#include "relay-client/commands/commands.h"
#include "relay-client/commands/up_calls.h"
#include "relay-client/commands/up_line.h"
#include "relay-client/display/display.h"
#include "relay-client/runner.h"
#include "relay-client/secrets.h"

#include <signal.h>
#include <stdio.h>

#define DEFAULT_RELAY_PORT 443u

struct up {
    struct command_call *call; /* borrowed */
    struct loop *loop;
    struct runner *runner; /* owned, as are the next two */
    struct signals *signals;
    struct display *display;
    struct up_line line;
    struct up_calls calls;
    char handler[512];      /* its name outlives it in the display, as does the next one */
    char inspector[160];    /* address with its key; "" for none */
    bool outlives_terminal; /* started with nohup */
    bool stopping;
    bool failed;
};

/* --- events --- */

static void on_status(void *owner, const struct agent_status *status)
{
    struct up *u = owner;

    display_status(u->display, status);
    if (status->state == AGENT_LINKED)
        up_line_linked(&u->line, status->url);
}

static void on_exchange(void *owner, const struct summary *summary)
{
    struct up *u = owner;

    display_exchange(u->display, summary);
}

static void on_closed(void *owner)
{
    struct up *u = owner;

    u->runner = NULL;
    if (u->signals)
        signals_close(u->signals);
    if (u->display)
        display_free(u->display);
}

/* Nothing is shown before open_all is done: events come from the loop only. */
static const struct agent_events agent_events = {
    .on_status = on_status,
    .on_exchange = on_exchange,
    .on_closed = on_closed,
};

static void on_terminate(void *owner)
{
    struct up *u = owner;

    if (!u->runner)
        return;
    display_note(u->display, u->stopping ? "stopping at once"
                                         : "stopping: requests under way may finish; Ctrl-C "
                                           "again cuts them");
    u->stopping = true;
    up_line_stop(&u->line);
}

/* LINE's address is what it was: now nothing new comes. */
static void on_line_stopped(void *owner)
{
    struct up *u = owner;

    if (u->runner)
        runner_shutdown(u->runner);
}

static void on_line_note(void *owner, const char *text)
{
    struct up *u = owner;

    display_note(u->display, text);
}

/* SIGHUP: the terminal was closed. */
static void on_reload(void *owner)
{
    struct up *u = owner;

    if (!u->outlives_terminal)
        on_terminate(owner);
}

static void on_resize(void *owner)
{
    struct up *u = owner;
    unsigned columns, rows;

    display_measure(fileno(u->call->out), &columns, &rows);
    display_resize(u->display, columns, rows);
}

static const struct signals_events signals_events = {
    .on_terminate = on_terminate,
    .on_reload = on_reload,
    .on_resize = on_resize,
};

/* --- what must be known before anything is opened --- */

static bool has_one_handler(struct command_call *call)
{
    const struct settings *s = call->settings;
    int handlers = (settings_text(s, "forward") != NULL) + (settings_text(s, "exec") != NULL) +
                   settings_bool(s, "echo");

    if (handlers == 1)
        return true;
    command_complain(call, handlers == 0
                               ? "who answers the webhooks? Give --forward "
                                 "http://127.0.0.1:3000/callback for a bot that listens there, "
                                 "--exec COMMAND, or --echo to try it without a bot"
                               : "--forward, --exec and --echo exclude each other");
    return false;
}

static bool find_relay(struct command_call *call, struct url *relay)
{
    const struct settings *s = call->settings;
    const char *text = settings_text(s, "relay");
    const char *problem = NULL;

    if (!text || !settings_text(s, "tunnel") || settings_secret(s, "token", 0).len == 0) {
        command_complain(call, "not logged in: run `hookline login --relay HOST --tunnel NAME` "
                               "with the token from `hookline-relay token create`, or try "
                               "`hookline demo`");
        return false;
    }
    if (url_parse_authority(span_text(text), DEFAULT_RELAY_PORT, relay, &problem) == OK)
        return true;
    command_complain(call, "--relay %s: %s", text, problem);
    return false;
}

/* --- opening --- */

static enum err open_display(struct up *u)
{
    const struct settings *s = u->call->settings;
    struct display_options options = {0};
    struct secrets secrets;

    display_detect(&options, fileno(u->call->out), settings_bool(s, "json"));
    options.tunnel = settings_text(s, "tunnel");
    (void)snprintf(u->handler, sizeof u->handler, "%s", runner_handler_name(u->runner));
    options.handler = u->handler;
    options.journal = runner_journal_path(u->runner);
    if (runner_inspector_url(u->runner)) {
        (void)snprintf(u->inspector, sizeof u->inspector, "%s",
                       runner_inspector_url(u->runner));
        options.inspector = u->inspector;
    }
    const struct runner_lineapi_words line_api = runner_lineapi_words(u->runner);
    options.line_api = *line_api.url ? line_api.url : NULL;
    options.line_api_how = line_api.how;
    enum err rc = display_new(u->loop, &options, &u->display);
    if (rc != OK)
        return rc;
    if (*runner_journal_notice(u->runner))
        display_note(u->display, runner_journal_notice(u->runner));
    display_note(u->display, runner_inspector_notice(u->runner));
    display_note(u->display, line_api.notice);
    secrets_read(&secrets, s);
    if (secrets.len == 0)
        display_note(u->display, "no channel secret: signatures are not checked; give it with "
                                 "`hookline login --secret-file FILE`");
    else if (secrets_doubt(&secrets))
        display_note(u->display, secrets_doubt(&secrets));
    return OK;
}

static enum err open_all(struct up *u, struct runner_options *options)
{
    enum err rc = runner_open(u->loop, options, &agent_events, u, &u->runner);

    if (rc != OK) {
        command_complain(u->call, "%s", *options->detail ? options->detail : err_text(rc));
        return rc;
    }
    u->line.on_note = on_line_note;
    u->line.on_stopped = on_line_stopped;
    u->line.owner = u;
    rc = up_line_open(&u->line, u->loop, u->call);
    if (rc != OK)
        return rc;
    rc = open_display(u);
    if (rc == OK)
        up_calls_watch(&u->calls, runner_journal(u->runner), u->display);
    if (rc == OK)
        rc = signals_open(u->loop, &signals_events, u, &u->signals);
    if (rc != OK)
        command_complain(u->call, "%s", err_text(rc));
    return rc;
}

static bool is_hangup_ignored(void)
{
    struct sigaction action;

    return sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

enum command_exit up_command(struct command_call *call)
{
    struct up u = {.call = call, .outlives_terminal = is_hangup_ignored()};
    struct url relay;
    struct runner_options options = {
        .settings = call->settings,
        .paths = call->paths,
        .link = true,
        .random = random_system(),
    };

    if (!has_one_handler(call) || !find_relay(call, &relay))
        return COMMAND_USAGE;
    command_set_log_level(call);
    options.relay_host = relay.host;
    options.relay_port = relay.port;
    if (loop_new(clock_system(), &u.loop) != OK)
        return COMMAND_FAILED;
    u.failed = open_all(&u, &options) != OK;
    if (u.failed && u.runner)
        up_line_stop(&u.line);
    loop_run(u.loop);
    loop_free(u.loop);
    return u.failed ? COMMAND_FAILED : COMMAND_OK;
}
