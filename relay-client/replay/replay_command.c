/* `hookline replay ID`:
 *   1. the recorded exchange, changed as told
 *   2. to the agent that runs, by its control socket; if none does, to one of our own,
 *      in this process and without a link
 *   3. what came of it is printed */
#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "net/local_socket.h"
#include "net/pipe_stream.h"
#include "relay-client/agent_call.h"
#include "relay-client/commands/commands.h"
#include "relay-client/journal_access.h"
#include "relay-client/replay/replay_body.h"
#include "relay-client/replay/replay_request.h"
#include "relay-client/runner.h"

#include <inttypes.h>
#include <stdio.h>

#define PIPE_CHUNK 65536u

struct replay {
    struct command_call *call;         /* borrowed */
    struct journal_exchange *exchange; /* owned */
    struct bytes body;
    struct secrets secrets;
    struct replay_request request;
    struct loop *loop;
    struct runner *runner; /* owned; NULL when a running agent does it */
    struct runner_options runner_options;
    bool failed;
};

/* --- step 3 --- */

static void print_json(struct replay *r, const struct agent_call_result *result)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 4096);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", "replay");
    json_writer_member_u64(&w, "replay_of", journal_exchange_row(r->exchange)->id);
    if (result->exchange)
        json_writer_member_u64(&w, "id", result->exchange);
    json_writer_member_u64(&w, "status", result->status);
    json_writer_member_u64(&w, "took_us", result->took_us);
    if (result->why != OK)
        json_writer_member_text(&w, "error", result->detail);
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(r->call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    bytes_fini(&out);
}

/* An answer of Hookline's own says in words what went wrong. */
static void print_problem(struct replay *r, struct span body)
{
    struct json_doc doc = {0};
    char text[600];

    if (json_parse(&doc, body, body.len) == OK) {
        const char *detail = json_string(json_member(json_root(&doc), "detail"));
        if (detail && json_member(json_root(&doc), "title"))
            (void)fprintf(r->call->out, "  %s\n",
                          text_escape(text, sizeof text, span_text(detail)));
    }
    json_fini(&doc);
}

static void print_result(struct replay *r, const struct agent_call_result *result)
{
    uint64_t of = journal_exchange_row(r->exchange)->id;
    char took[32], text[300];

    if (result->why != OK) {
        command_complain(r->call, "the replay failed: %s",
                         text_escape(text, sizeof text, span_text(result->detail)));
        return;
    }
    (void)fprintf(r->call->out, "%" PRIu64 " replayed", of);
    if (result->exchange)
        (void)fprintf(r->call->out, " as %" PRIu64, result->exchange);
    (void)fprintf(r->call->out, ": %u in %s\n", result->status,
                  text_duration(took, sizeof took, result->took_us));
    if (result->status >= 400)
        print_problem(r, result->body);
    if (result->exchange)
        (void)fprintf(r->call->out, "See it with `hookline show %" PRIu64 "`.\n",
                      result->exchange);
}

static void on_done(void *owner, const struct agent_call_result *result)
{
    struct replay *r = owner;

    if (settings_bool(r->call->settings, "json"))
        print_json(r, result);
    else
        print_result(r, result);
    r->failed = result->why != OK || result->status < 200 || result->status > 299;
    if (r->runner)
        runner_shutdown(r->runner);
}

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

static enum err open_own_agent(struct replay *r, struct stream **out)
{
    struct stream *ours, *theirs;

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
    rc = pipe_stream_pair(r->loop, PIPE_CHUNK, &ours, &theirs);
    if (rc == OK && (rc = agent_serve(runner_agent(r->runner), theirs)) != OK) {
        stream_let_go(ours);
        stream_let_go(theirs);
    }
    if (rc == OK) {
        *out = ours;
        return OK;
    }
    command_complain(r->call, "%s", err_text(rc));
    runner_shutdown(r->runner);
    return rc;
}

/* A path that no socket can have: no agent serves it either. */
static bool is_nobody_there(enum err rc)
{
    return rc == ERR_NOT_FOUND || rc == ERR_REFUSED || rc == ERR_LIMIT;
}

static enum err connect_to_agent(struct replay *r, struct stream **out)
{
    struct runner_places places = {0};
    enum err rc = runner_find_places(r->call->settings, r->call->paths, &places);

    if (rc == OK)
        rc = local_socket_connect(r->loop, places.control, out);
    if (is_nobody_there(rc))
        return open_own_agent(r, out);
    if (rc != OK)
        command_complain(r->call, "the running agent's socket %s: %s", places.control,
                         err_text(rc));
    return rc;
}

static enum err send_replay(struct replay *r)
{
    const struct agent_call_request request = {.head = &r->request.head,
                                               .body = r->request.body};
    struct stream *stream = NULL;
    enum err rc = connect_to_agent(r, &stream);

    if (rc != OK)
        return rc;
    rc = agent_call_start(r->loop, stream, &request, on_done, r);
    if (rc == OK)
        return OK;
    command_complain(r->call, "%s", err_text(rc));
    stream_let_go(stream);
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

static enum err make_request(struct replay *r)
{
    const struct signature_provider *provider = NULL;
    struct replay_plan plan = {
        .exchange = r->exchange,
        .secrets = &r->secrets,
        .target = settings_text(r->call->settings, "to"),
        .now_ms = clock_wall_ms(clock_system()),
    };
    enum err rc = replay_body_change(r->call, &r->body, &plan.changed);

    if (rc != OK)
        return rc;
    plan.body = bytes_span(&r->body);
    secrets_read(&r->secrets, r->call->settings);
    rc = replay_request_make(&r->request, &plan, &provider);
    if (rc == ERR_NOT_FOUND && provider)
        command_complain(r->call,
                         "a changed body must be signed again, and there is no secret of "
                         "%s: give it with --secret-file, or to `hookline login`",
                         provider->title);
    else if (rc != OK)
        command_complain(r->call, "%s", err_text(rc));
    return rc;
}

enum command_exit replay_command(struct command_call *call)
{
    struct replay r = {.call = call, .failed = true};

    bytes_init(&r.body, REPLAY_BODY_MAX);
    enum err rc = read_exchange(&r);
    if (rc == OK)
        rc = make_request(&r);
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
    return rc == ERR_USAGE ? COMMAND_USAGE : rc != OK || r.failed ? COMMAND_FAILED : COMMAND_OK;
}
