#include "relay-client/runner.h"

#include "base/mem.h"
#include "cli/private_file.h"
#include "relay-client/agent/webhook_path.h"
#include "relay-client/runner_handlers.h"
#include "relay-client/runner_inspector.h"
#include "relay-client/runner_lineapi.h"
#include "relay-client/runner_settings.h"
#include "relay-client/runner_webhook_test.h"
#include "relay-client/secrets.h"

#include <stdio.h>

struct runner {
    struct loop *loop;
    struct runner_options *options; /* borrowed */
    struct journal *journal;        /* owned, as is the next one; NULL before and after */
    struct agent *agent;
    struct agent_options agent_options;
    struct runner_inspector_result inspector; /* owned */
    struct runner_lineapi lineapi;            /* owned, as is the next one */
    struct runner_handlers handlers;
    struct secrets secrets;
    struct runner_places places;
    char webhook_path[WEBHOOK_PATH_MAX];
    const struct agent_events *events;
    void *owner;
    bool closing;
    bool agent_closing;
    bool failed; /* to open: nobody is told of anything */
};

/* --- the end: inspector, agent, handler, LINE API port, journal --- */

static void on_journal_closed(void *owner)
{
    struct runner *r = owner;

    mem_wipe(&r->secrets, sizeof r->secrets);
    if (!r->failed)
        r->events->on_closed(r->owner);
    mem_free(r);
}

static void close_journal_when_alone(struct runner *r);

static void on_lineapi_closed(void *owner)
{
    close_journal_when_alone(owner);
}

static void close_journal_when_alone(struct runner *r)
{
    if (r->agent || r->inspector.inspector || !runner_handlers_are_closed(&r->handlers))
        return;
    runner_lineapi_close(&r->lineapi, on_lineapi_closed, r);
    if (!runner_lineapi_is_closed(&r->lineapi))
        return;
    if (r->journal)
        journal_close(r->journal, on_journal_closed, r);
    else
        on_journal_closed(r);
}

static void on_handlers_closed(void *owner)
{
    close_journal_when_alone(owner);
}

static void close_handlers(struct runner *r)
{
    runner_handlers_close(&r->handlers, on_handlers_closed, r);
}

static void on_agent_closed(void *owner)
{
    struct runner *r = owner;

    r->agent = NULL;
    close_handlers(r);
    close_journal_when_alone(r);
}

/* What the inspector's users have asked of the agent has ended. */
static void close_agent(struct runner *r)
{
    r->agent_closing = true;
    if (r->agent)
        agent_shutdown(r->agent);
}

static void on_inspector_closed(void *owner)
{
    struct runner *r = owner;

    r->inspector.inspector = NULL;
    if (!r->agent_closing)
        close_agent(r);
    close_journal_when_alone(r);
}

/* --- the agent's other events pass through --- */

static void on_status(void *owner, const struct agent_status *status)
{
    struct runner *r = owner;

    runner_lineapi_status(&r->lineapi, status, r->agent_options.webhook_path);
    if (r->inspector.inspector)
        inspector_status(r->inspector.inspector, status);
    if (!r->failed)
        r->events->on_status(r->owner, status);
}

static void on_exchange(void *owner, const struct summary *summary)
{
    struct runner *r = owner;

    r->events->on_exchange(r->owner, summary);
}

static const struct agent_events agent_events = {
    .on_status = on_status,
    .on_exchange = on_exchange,
    .on_closed = on_agent_closed,
};

/* --- the beginning: journal, handler, agent --- */

enum err runner_find_places(const struct settings *settings, const struct paths *paths,
                            struct runner_places *out)
{
    const char *data = settings_text(settings, "data");
    enum err rc = paths_join(data ? data : paths->state_folder, "journal.db", out->journal);

    if (rc == OK)
        rc = paths_join(data ? data : paths->runtime_folder, "agent.sock", out->control);
    if (rc == OK)
        rc = paths_join(data ? data : paths->state_folder, "inspector.key", out->inspector_key);
    if (rc == OK)
        rc = paths_join(data ? data : paths->state_folder, "mint.key", out->mint_key);
    if (rc == OK)
        rc = paths_join(data ? data : paths->state_folder, "guard", out->guard);
    return rc;
}

static enum err open_journal(struct runner *r)
{
    const struct settings *s = r->options->settings;
    struct journal_options options = {.path = r->places.journal};
    enum err rc = runner_find_places(s, r->options->paths, &r->places);

    if (rc != OK) {
        snprintf(r->options->detail, sizeof r->options->detail, "--data: the path is too long");
        return rc;
    }
    if (r->options->link) {
        options.keep_ms = settings_duration_ms(s, "keep-for");
        options.keep_bytes = settings_size(s, "keep-size");
        options.is_agent = true;
        options.purges_unsent = settings_bool(s, "purge-unsent");
    }
    return journal_open(r->loop, &options, &r->journal, r->options->detail);
}

/* The journal made its own folder; the socket may live in another one. */
static enum err make_socket_folder(struct runner *r)
{
    const char *data = settings_text(r->options->settings, "data");
    char detail[PRIVATE_FILE_DETAIL_SIZE] = "";
    enum err rc =
        private_file_make_folder(data ? data : r->options->paths->runtime_folder, detail);

    if (rc != OK)
        snprintf(r->options->detail, sizeof r->options->detail, "%s", detail);
    return rc;
}

static enum err open_agent(struct runner *r)
{
    const struct settings *s = r->options->settings;
    enum err rc = OK;
    struct agent_options *options = &r->agent_options;

    *options = (struct agent_options){
        .journal = r->journal,
        .handler = r->handlers.main,
        .targets = r->handlers.targets,
        .targets_len = r->handlers.targets_len,
        .secrets = r->secrets.list,
        .secrets_len = r->secrets.len,
        .pass_invalid = settings_bool(s, "pass-invalid"),
        .webhook_path = runner_settings_webhook_path(s, r->options->link, r->webhook_path),
        .given = r->lineapi.given,
        .guard = &r->lineapi.guard,
        .mint = &r->lineapi.mint,
        .lineapi = r->lineapi.lineapi,
        .random = r->options->random,
    };

    if (r->options->link) {
        runner_settings_policy(s, options);
        options->relay_host = r->options->relay_host;
        options->relay_port = r->options->relay_port;
        options->tunnel = settings_text(s, "tunnel");
        options->token = settings_secret(s, "token", 0).ptr;
        options->ca_file = settings_text(s, "ca-file");
        options->pin = settings_text(s, "relay-pin");
        options->control_socket = r->places.control;
        rc = make_socket_folder(r);
    }
    if (rc != OK)
        return rc;
    rc = agent_open(r->loop, options, &agent_events, r, &r->agent);
    if (rc != OK)
        snprintf(r->options->detail, sizeof r->options->detail, "%s", options->detail);
    return rc;
}

/* LINE's own test of the webhook goes the way of every webhook; an agent that has no link takes
 * it too. */
static enum err
test_webhook(void *owner, void (*done)(void *call, unsigned status, enum err why), void *call)
{
    struct runner *r = owner;
    const struct runner_webhook_test test = {
        .loop = r->loop,
        .agent = r->agent,
        .secrets = &r->secrets,
        .destination = given_events_bot(r->lineapi.given),
        .path = r->agent_options.webhook_path,
        .done = done,
        .call = call,
    };

    return r->agent && !r->agent_closing ? runner_webhook_test_start(&test) : ERR_CLOSED;
}

static enum err open_lineapi(struct runner *r)
{
    const struct runner_lineapi_options options = {
        .settings = r->options->settings,
        .secrets = &r->secrets,
        .key_file = r->places.mint_key,
        .guard_file = r->places.guard,
        .journal = r->journal,
        .random = r->options->random,
        .test_webhook = test_webhook,
        .owner = r,
    };
    enum err rc = runner_lineapi_open(&r->lineapi, r->loop, &options);

    if (rc != OK)
        snprintf(r->options->detail, sizeof r->options->detail, "%s", r->lineapi.detail);
    return rc;
}

static enum err open_inspector(struct runner *r)
{
    struct inspector_options options = {
        .key_file = r->places.inspector_key,
        .journal_path = r->places.journal,
        .journal = r->journal,
        .agent = r->agent,
        .agent_options = &r->agent_options,
        .settings = r->options->settings,
        .secrets = &r->secrets,
        .handler = r->handlers.main,
        .lineapi = r->lineapi.lineapi,
        .random = r->options->random,
    };

    if (!r->options->link)
        return OK;
    enum err rc = runner_inspector_open(r->loop, &options, &r->inspector);
    if (rc != OK)
        snprintf(r->options->detail, sizeof r->options->detail, "%s", r->inspector.detail);
    else if (r->inspector.inspector)
        agent_show_inspector(r->agent, inspector_url(r->inspector.inspector));
    return rc;
}

static enum err open_parts(struct runner *r)
{
    enum err rc =
        runner_settings_check(r->options->settings, r->options->link, r->options->detail);

    if (rc == OK)
        rc = open_journal(r);
    if (rc != OK)
        return rc;
    r->options->detail[0] = '\0'; /* runner_journal_notice has it */
    rc = open_lineapi(r);
    if (rc != OK)
        return rc;
    r->handlers.lineapi = r->lineapi.lineapi;
    rc = runner_handlers_open(&r->handlers, r->loop, r->options->settings, r->options->link,
                              r->options->detail);
    if (rc == OK)
        rc = open_agent(r);
    return rc == OK ? open_inspector(r) : rc;
}

enum err runner_open(struct loop *l, struct runner_options *options,
                     const struct agent_events *events, void *owner, struct runner **out)
{
    struct runner *r = mem_alloc(sizeof *r);

    if (!r) {
        snprintf(options->detail, sizeof options->detail, "%s", err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    r->loop = l;
    r->options = options;
    r->events = events;
    r->owner = owner;
    secrets_read(&r->secrets, options->settings);
    enum err rc = open_parts(r);
    if (rc != OK) {
        if (!*options->detail)
            snprintf(options->detail, sizeof options->detail, "%s", err_text(rc));
        r->failed = true;
        close_agent(r);
        if (!r->agent)
            close_handlers(r);
        close_journal_when_alone(r);
        return rc;
    }
    *out = r;
    return OK;
}

struct agent *runner_agent(const struct runner *r)
{
    return r->agent;
}

const char *runner_handler_name(const struct runner *r)
{
    return handler_name(r->handlers.main);
}

struct journal *runner_journal(const struct runner *r)
{
    return r->journal;
}

const char *runner_journal_path(const struct runner *r)
{
    return r->places.journal;
}

const char *runner_journal_notice(const struct runner *r)
{
    return journal_detail(r->journal);
}

void runner_shutdown(struct runner *r)
{
    bool is_again = r->closing;

    r->closing = true;
    if (r->inspector.inspector && !is_again) {
        inspector_close(r->inspector.inspector, on_inspector_closed, r);
        return;
    }
    if (is_again)
        close_handlers(r); /* ends what they have under way */
    if (is_again && !r->agent_closing)
        close_agent(r);
    close_agent(r);
}

const char *runner_inspector_url(const struct runner *r)
{
    return r->inspector.inspector ? inspector_url(r->inspector.inspector) : NULL;
}

const char *runner_inspector_notice(const struct runner *r)
{
    return r->inspector.notice;
}

struct runner_lineapi_words runner_lineapi_words(const struct runner *r)
{
    return (struct runner_lineapi_words){
        .url = r->lineapi.url, .how = r->lineapi.how, .notice = r->lineapi.notice};
}
