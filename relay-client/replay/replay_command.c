/* `hookline replay ID`:
 *   1. the recorded exchange, changed as told
 *   2. to the agent that runs, by its control socket; if none does, to one of our own,
 *      in this process and without a link
 *   3. as often as wanted; what came of each is printed */
#include "base/mem.h"
#include "net/local_socket.h"
#include "net/pipe_stream.h"
#include "relay-client/commands/commands.h"
#include "relay-client/journal_access.h"
#include "relay-client/replay/replay_body.h"
#include "relay-client/replay/replay_report.h"
#include "relay-client/runner.h"

#include <assert.h>

#define PIPE_CHUNK 16384u

struct replay {
    struct command_call *call;         /* borrowed */
    struct journal_exchange *exchange; /* owned */
    struct bytes body;
    struct secrets secrets;
    struct replay_plan plan;
    struct loop *loop;
    struct stream *stream;  /* owned: to the agent, for the first sending */
    struct replay_run *run; /* owned; NULL before and after */
    struct runner *runner;  /* owned; NULL when a running agent does it */
    struct runner_options runner_options;
    bool failed;
};

/* --- step 2: an agent of our own --- */

static void on_status(void *owner, const struct agent_status *status)
{
    (void)owner;
    (void)status;
}

static void on_exchange(void *owner, const struct summary *summary)
{
    (void)owner;
    (void)summary;
}

static void on_closed(void *owner)
{
    struct replay *r = owner;

    r->runner = NULL;
}

static const struct agent_events agent_events = {
    .on_status = on_status,
    .on_exchange = on_exchange,
    .on_closed = on_closed,
};

static bool has_handler(const struct settings *s)
{
    return settings_text(s, "forward") || settings_text(s, "exec") || settings_bool(s, "echo");
}

static enum err serve_ourselves(struct replay *r, struct stream **out)
{
    struct stream *theirs;
    enum err rc = pipe_stream_pair(r->loop, PIPE_CHUNK, out, &theirs);

    if (rc != OK || (rc = agent_serve(runner_agent(r->runner), theirs)) == OK)
        return rc;
    stream_let_go(*out);
    stream_let_go(theirs);
    return rc;
}

static enum err open_own_agent(struct replay *r)
{
    if (!has_handler(r->call->settings)) {
        command_complain(r->call, "no agent runs here. Start `hookline up`, or say who shall "
                                  "answer: --forward URL, --exec COMMAND or --echo");
        return ERR_USAGE;
    }
    r->runner_options = (struct runner_options){
        .settings = r->call->settings, .paths = r->call->paths, .random = random_system()};
    enum err rc = runner_open(r->loop, &r->runner_options, &agent_events, r, &r->runner);
    if (rc != OK) {
        command_complain(r->call, "%s", r->runner_options.detail);
        return rc;
    }
    if (*runner_journal_notice(r->runner))
        command_complain(r->call, "note: %s", runner_journal_notice(r->runner));
    return OK;
}

/* --- step 2: the agent that runs --- */

static enum err connect(struct replay *r, struct stream **out)
{
    struct runner_places places = {0};
    enum err rc = runner_find_places(r->call->settings, r->call->paths, &places);

    return rc == OK ? local_socket_connect(r->loop, places.control, out) : rc;
}

/* A path that no socket can have: no agent serves it either. */
static bool is_nobody_there(enum err rc)
{
    return rc == ERR_NOT_FOUND || rc == ERR_REFUSED || rc == ERR_LIMIT;
}

static enum err find_agent(struct replay *r)
{
    struct runner_places places = {0};
    enum err rc = connect(r, &r->stream);

    if (is_nobody_there(rc))
        return open_own_agent(r);
    if (rc != OK && runner_find_places(r->call->settings, r->call->paths, &places) == OK)
        command_complain(r->call, "the running agent's socket %s: %s", places.control,
                         err_text(rc));
    return rc;
}

/* --- step 3 --- */

static enum err take_stream(struct replay *r, struct stream **out)
{
    if (r->runner)
        return serve_ourselves(r, out);
    if (!r->stream)
        return connect(r, out);
    *out = r->stream;
    r->stream = NULL;
    return OK;
}

static enum err start(void *owner, const struct agent_call_request *request,
                      void (*done)(void *call, const struct agent_call_result *result),
                      void *call, void **handle)
{
    struct replay *r = owner;
    struct stream *stream = NULL;
    enum err rc = take_stream(r, &stream);

    (void)handle; /* nobody cancels here */
    if (rc != OK)
        return rc;
    rc = agent_call_start(r->loop, stream, request, done, call);
    if (rc != OK)
        stream_let_go(stream);
    return rc;
}

static void cancel(void *handle)
{
    (void)handle;
}

static const struct replay_sender sender = {.start = start, .cancel = cancel};

static void on_result(void *owner, const struct agent_call_result *result)
{
    struct replay *r = owner;

    replay_report_result(r->call, journal_exchange_row(r->exchange)->id, result);
}

static void on_run_closed(void *owner)
{
    struct replay *r = owner;
    struct replay_run_count count = replay_run_count(r->run);

    r->run = NULL;
    r->failed = count.failed > 0;
    replay_report_count(r->call, count);
    if (r->stream)
        stream_let_go(r->stream);
    if (r->runner)
        runner_shutdown(r->runner);
}

static const struct replay_run_events run_events = {
    .on_result = on_result,
    .on_closed = on_run_closed,
};

static enum err send_replay(struct replay *r)
{
    const struct settings *s = r->call->settings;
    const struct replay_run_options options = {
        .plan = &r->plan,
        .sender = &sender,
        .sender_owner = r,
        .times = (unsigned)settings_integer(s, "times"),
        .every_ms = settings_duration_ms(s, "every"),
    };
    enum err rc = find_agent(r);

    if (rc != OK)
        return rc;
    rc = replay_run_open(r->loop, &options, &run_events, r, &r->run);
    if (rc == OK)
        return OK;
    command_complain(r->call, "%s", err_text(rc));
    if (r->stream)
        stream_let_go(r->stream);
    if (r->runner)
        runner_shutdown(r->runner);
    return rc;
}

/* --- step 1 --- */

static enum err read_exchange(struct replay *r)
{
    struct journal_access journal;
    const char *id = settings_text(r->call->settings, "id");

    if (journal_access_open(r->call, &journal) != COMMAND_OK)
        return ERR_NOT_FOUND;
    enum err rc = journal_reader_get(journal.reader, span_text(id), &r->exchange);
    journal_access_close(&journal);
    if (rc != OK) {
        command_complain(r->call,
                         rc == ERR_CONFLICT ? "%s begins several delivery ids; write more of it"
                                            : "there is no exchange %s; see `hookline list`",
                         id);
        return rc;
    }
    if (journal_exchange_row(r->exchange)->body_truncated) {
        command_complain(r->call,
                         "%s cannot be replayed: the journal has only the beginning of "
                         "its body",
                         id);
        return ERR_LIMIT;
    }
    return bytes_append_span(&r->body, journal_exchange_request_body(r->exchange));
}

static void complain_of(struct replay *r, const struct replay_request *request, enum err rc)
{
    if (rc == ERR_NOT_FOUND)
        command_complain(r->call,
                         "a changed body must be signed again, and there is no secret of "
                         "%s: give it with --secret-file, or to `hookline login`",
                         request->provider->title);
    else if (rc == ERR_SYNTAX && r->plan.is_redelivery)
        command_complain(r->call,
                         "--as-redelivery: the body is not JSON; --body and --edit can "
                         "change it");
    else if (rc == ERR_LIMIT)
        command_complain(r->call, "the changed body is longer than 1 MiB, or nested too deep");
    else
        command_complain(r->call, "%s", *request->detail ? request->detail : err_text(rc));
}

/* What cannot be sent at all is said before anything is. */
static enum err try_plan(struct replay *r)
{
    struct replay_request request;
    enum err rc = replay_request_make(&request, &r->plan, clock_wall_ms(clock_system()));

    if (rc != OK) {
        complain_of(r, &request, rc);
    } else if (r->plan.is_redelivery && request.marked == 0) {
        command_complain(r->call, "--as-redelivery: the body has no event of LINE with a "
                                  "deliveryContext");
        rc = ERR_NOT_FOUND;
    } else if (r->plan.is_fresh && request.renewed == 0) {
        command_complain(r->call,
                         "--fresh: the body has no event of LINE with an id, a time or "
                         "a reply token");
        rc = ERR_NOT_FOUND;
    }
    replay_request_fini(&request);
    return rc;
}

static enum err make_plan(struct replay *r)
{
    const struct settings *s = r->call->settings;
    enum err rc = replay_body_change(r->call, &r->body);

    if (rc != OK)
        return rc;
    secrets_read(&r->secrets, s);
    r->plan = (struct replay_plan){
        .exchange = r->exchange,
        .body = bytes_span(&r->body),
        .is_fresh = settings_bool(s, "fresh"),
        .is_redelivery = settings_bool(s, "as-redelivery"),
        .secrets = &r->secrets,
        .target = settings_text(s, "to"),
        .random = random_system(),
    };
    bool is_known =
        replay_request_sign_parse(span_text(settings_text(s, "sign")), &r->plan.sign);
    assert(is_known); /* one of the table's choices */
    (void)is_known;
    return try_plan(r);
}

enum command_exit replay_command(struct command_call *call)
{
    struct replay r = {.call = call, .failed = true};

    bytes_init(&r.body, REPLAY_BODY_MAX);
    enum err rc = read_exchange(&r);
    if (rc == OK)
        rc = make_plan(&r);
    if (rc == OK)
        rc = loop_new(clock_system(), &r.loop);
    if (rc == OK) {
        rc = send_replay(&r);
        loop_run(r.loop);
        loop_free(r.loop);
    }
    if (r.exchange)
        journal_exchange_free(r.exchange);
    bytes_fini(&r.body);
    mem_wipe(&r.secrets, sizeof r.secrets);
    return rc == ERR_USAGE ? COMMAND_USAGE : rc != OK || r.failed ? COMMAND_FAILED : COMMAND_OK;
}
