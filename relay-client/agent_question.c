/* 1. the agent's control socket is connected
 * 2. agent_call.h sends the question, and brings the answer
 * 3. an answer that is a problem is turned into its sentence
 * What can go wrong:
 *   - nobody serves the socket: no agent runs
 *   - no answer in time, or none at all: said in `detail` */
#include "relay-client/agent_question.h"

#include "codec/json/json.h"
#include "net/local_socket.h"
#include "relay-client/agent/control.h"
#include "relay-client/agent_call.h"
#include "relay-client/runner.h"

#include <stdio.h>

struct question {
    struct http_head head;
    char length[24];
    struct agent_call_request request;
    struct agent_answer *answer; /* borrowed */
    enum err rc;
};

/* ---- step 3 ---- */

static void take_problem(struct agent_answer *a)
{
    struct json_doc doc = {0};
    const char *detail = NULL;

    if (json_parse(&doc, bytes_span(&a->body), bytes_len(&a->body)) == OK)
        detail = json_string(json_member(json_root(&doc), "detail"));
    (void)snprintf(a->detail, sizeof(a->detail), "%s", detail ? detail : "it says no more");
    json_fini(&doc);
}

static void on_done(void *owner, const struct agent_call_result *r)
{
    struct question *q = owner;

    q->rc = r->why;
    q->answer->status = r->status;
    if (r->why)
        (void)snprintf(q->answer->detail, sizeof(q->answer->detail), "%s", r->detail);
    else
        q->rc = bytes_append_span(&q->answer->body, r->body);
    if (!q->rc && r->status != 200)
        take_problem(q->answer);
}

/* ---- step 2 ---- */

static enum err make_request(struct question *q, const char *path, const char *json)
{
    struct span body = json ? span_text(json) : (struct span){0};

    http_head_init_request(&q->head, json ? SPAN("POST") : SPAN("GET"), span_text(path));
    q->head.scheme = SPAN("http");
    q->head.authority = SPAN("localhost");
    (void)snprintf(q->length, sizeof(q->length), "%zu", body.len);
    enum err rc =
        json ? http_head_add(&q->head, SPAN("content-length"), span_text(q->length)) : OK;
    if (json && !rc)
        rc = http_head_add(&q->head, SPAN("content-type"), SPAN("application/json"));
    q->request = (struct agent_call_request){
        .head = &q->head, .body = body, .timeout_ms = AGENT_QUESTION_MS};
    return rc;
}

static enum err call_agent(struct loop *l, struct stream *stream, struct question *q)
{
    enum err rc = agent_call_start(l, stream, &q->request, on_done, q);

    if (rc)
        stream_let_go(stream);
    loop_run(l);
    return rc ? rc : q->rc;
}

/* ---- step 1 ---- */

/* A path that no socket can have: no agent serves it either. */
static enum err connect_to_agent(const struct command_call *call, struct loop *l,
                                 struct stream **out)
{
    struct runner_places places;
    enum err rc = runner_find_places(call->settings, call->paths, &places);

    if (!rc)
        rc = local_socket_connect(l, places.control, out);
    return rc == ERR_REFUSED || rc == ERR_LIMIT ? ERR_NOT_FOUND : rc;
}

enum err agent_question_ask(const struct command_call *call, const char *path, const char *json,
                            struct agent_answer *out)
{
    struct question q = {.answer = out};
    struct stream *stream = NULL;
    struct loop *l;

    *out = (struct agent_answer){0};
    bytes_init(&out->body, CONTROL_BODY_MAX);
    enum err rc = make_request(&q, path, json);
    if (!rc)
        rc = loop_new(clock_system(), &l);
    if (rc)
        return rc;
    rc = connect_to_agent(call, l, &stream);
    if (!rc)
        rc = call_agent(l, stream, &q);
    loop_free(l);
    if (rc && out->detail[0] == '\0')
        (void)snprintf(out->detail, sizeof(out->detail), "%s", err_text(rc));
    return rc;
}

void agent_question_fini(struct agent_answer *a)
{
    bytes_fini(&a->body);
}
