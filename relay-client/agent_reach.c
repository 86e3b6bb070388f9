/* 1. the running agent's socket is connected; if nobody serves it, an agent of our own opens
 * 2. each webhook has a connection of its own, the first one that of step 1
 * 3. closed: an agent of our own finishes
 * What can go wrong, and is said:
 *   - no agent runs, and nobody is named who shall answer
 *   - the socket is somebody else's, our own agent cannot open
 *   - there is no public address: the agent has no link, or is our own */
#include "relay-client/agent_reach.h"

#include "base/text.h"
#include "codec/json/json.h"
#include "net/local_socket.h"
#include "net/pipe_stream.h"
#include "relay-client/agent/control.h"
#include "relay-client/agent_question.h"
#include "relay-client/agent_reach_public.h"

#include <stdio.h>

#define PIPE_CHUNK 16384u

/* --- step 1: an agent of our own --- */

static void on_status(void *owner, const struct agent_status *status)
{
    (void)owner, (void)status;
}

static void on_exchange(void *owner, const struct summary *summary)
{
    (void)owner, (void)summary;
}

static void on_closed(void *owner)
{
    struct agent_reach *r = owner;

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

static enum err open_own_agent(struct agent_reach *r)
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
    if (*runner_lineapi_words(r->runner).notice)
        command_complain(r->call, "note: %s", runner_lineapi_words(r->runner).notice);
    return OK;
}

/* --- step 1: the agent that runs --- */

/* A path that no socket can have: no agent serves it either. */
static bool is_nobody_there(enum err rc)
{
    return rc == ERR_NOT_FOUND || rc == ERR_REFUSED || rc == ERR_LIMIT;
}

enum err agent_reach_open(struct agent_reach *r, struct command_call *call, struct loop *l)
{
    *r = (struct agent_reach){.call = call, .loop = l};
    enum err rc = runner_find_places(call->settings, call->paths, &r->places);

    if (rc == OK)
        rc = local_socket_connect(l, r->places.control, &r->stream);
    if (is_nobody_there(rc))
        return open_own_agent(r);
    if (rc != OK)
        command_complain(call, "the running agent's socket %s: %s", r->places.control,
                         err_text(rc));
    return rc;
}

/* --- the public address --- */

static enum err take_url(struct agent_reach *r, const struct agent_answer *answer)
{
    struct json_doc doc = {0};
    enum err rc = json_parse(&doc, bytes_span(&answer->body), CONTROL_BODY_MAX);
    const char *url = rc == OK ? json_string(json_member(json_root(&doc), "url")) : NULL;

    rc = url ? public_place_init(&r->place, url) : ERR_NOT_FOUND;
    if (rc != OK)
        command_complain(r->call, "--through relay: the running agent has no public address "
                                  "yet; see `hookline status`");
    json_fini(&doc);
    return rc;
}

static enum err find_url(struct agent_reach *r)
{
    struct agent_answer answer;
    char shown[400];
    enum err rc = agent_question_ask(r->call, CONTROL_STATUS, NULL, &answer);

    if (rc == OK)
        rc = take_url(r, &answer);
    else
        command_complain(r->call, "the running agent: %s",
                         text_escape(shown, sizeof shown, span_text(answer.detail)));
    agent_question_fini(&answer);
    return rc;
}

enum err agent_reach_go_public(struct agent_reach *r)
{
    const struct settings *s = r->call->settings;
    char detail[256] = "";

    if (r->runner) {
        command_complain(r->call,
                         "--through relay: no agent runs here to which the relay could "
                         "bring it; start `hookline up`");
        return ERR_USAGE;
    }
    enum err rc = find_url(r);
    if (rc != OK)
        return rc;
    r->is_public = true;
    rc = public_place_load_trust(&r->place, settings_text(s, "ca-file"),
                                 settings_text(s, "relay-pin"), detail);
    if (rc != OK)
        command_complain(r->call, "%s", *detail ? detail : err_text(rc));
    return rc;
}

/* --- step 2 --- */

static enum err serve_ourselves(struct agent_reach *r, struct stream **out)
{
    struct stream *theirs;
    enum err rc = pipe_stream_pair(r->loop, PIPE_CHUNK, out, &theirs);

    if (rc != OK || (rc = agent_serve(runner_agent(r->runner), theirs)) == OK)
        return rc;
    stream_let_go(*out);
    stream_let_go(theirs);
    return rc;
}

static enum err take_stream(struct agent_reach *r, struct stream **out)
{
    if (r->runner)
        return serve_ourselves(r, out);
    if (!r->stream)
        return local_socket_connect(r->loop, r->places.control, out);
    *out = r->stream;
    r->stream = NULL;
    return OK;
}

enum err agent_reach_ask(struct agent_reach *r, const struct agent_call_request *request,
                         void (*done)(void *owner, const struct agent_call_result *result),
                         void *owner)
{
    struct stream *stream = NULL;
    enum err rc = take_stream(r, &stream);

    if (rc != OK)
        return rc;
    rc = agent_call_start(r->loop, stream, request, done, owner);
    if (rc != OK)
        stream_let_go(stream);
    return rc;
}

static enum err start(void *owner, const struct agent_call_request *request,
                      void (*done)(void *call, const struct agent_call_result *result),
                      void *call, void **handle)
{
    (void)handle; /* nobody cancels here */
    return agent_reach_ask(owner, request, done, call);
}

static void cancel(void *handle)
{
    (void)handle;
}

static enum err start_public(void *owner, const struct agent_call_request *request,
                             void (*done)(void *call, const struct agent_call_result *result),
                             void *call, void **handle)
{
    const struct agent_reach_shot shot = {
        .reach = owner, .request = *request, .done = done, .owner = call};

    (void)handle;
    return agent_reach_public_start(&shot);
}

const struct replay_sender *agent_reach_sender(const struct agent_reach *r)
{
    static const struct replay_sender to_agent = {.start = start, .cancel = cancel};
    static const struct replay_sender to_public = {.start = start_public, .cancel = cancel};

    return r->is_public ? &to_public : &to_agent;
}

/* --- step 3 --- */

void agent_reach_close(struct agent_reach *r)
{
    if (r->stream)
        stream_let_go(r->stream);
    r->stream = NULL;
    if (r->runner)
        runner_shutdown(r->runner);
}

void agent_reach_fini(struct agent_reach *r)
{
    public_place_fini(&r->place);
}
