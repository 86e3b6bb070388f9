/* An answer of ours:
 *   1. what the table has no function for is refused; else the emulator has the call
 *   2. at once or later there is an answer: it is sent in one piece
 *   3. the call is over
 * What can go wrong: whoever asked has hung up by then. */
#include "base/container.h"
#include "base/mem.h"
#include "relay-client/lineapi/lineapi_answer.h"
#include "relay-client/lineapi/lineapi_call_impl.h"

#include <stdio.h>

/* --- step 3 --- */

static void keep_answer(struct lineapi_call *c, const struct http_head *head, struct span body)
{
    struct span kept = span_slice(body, 0, JOURNAL_CALL_BODY_MAX);

    mem_free(c->answer_storage); /* of one that could not be passed on */
    c->answer_storage = NULL;
    if (http_head_copy(&c->answer, head, &c->answer_storage) != OK)
        return;
    bytes_clear(&c->answer_body);
    c->is_answer_cut = bytes_append_span(&c->answer_body, kept) != OK || kept.len < body.len;
}

static void answer(struct lineapi_call *c, const struct lineapi_answer *a,
                   enum journal_call_mode mode)
{
    struct http_head head;
    char length[LINEAPI_ANSWER_LENGTH];
    enum err rc = lineapi_answer_head(a, length, &head);

    if (rc == OK)
        keep_answer(c, &head, a->body);
    if (rc == OK && c->server)
        rc = lineapi_answer_send(c->server, &head, a->body);
    (void)rc; /* broken off, when the call lets go of it */
    lineapi_call_end(c, mode);
}

static void refuse(struct lineapi_call *c, unsigned status, const char *message,
                   enum journal_call_mode mode)
{
    struct lineapi_answer a = {.status = status,
                               .content_type = "application/json",
                               .request_id = c->request_id,
                               .accepted_request = ""};
    char methods[LINEAPI_METHODS_SIZE];
    struct bytes body;

    lineapi_operation_methods(c->head.target, methods);
    if (status == 405) /* RFC 9110 §15.5.6 */
        a.allow = methods;
    bytes_init(&body, LINEAPI_ANSWER_MESSAGE_MAX);
    if (lineapi_answer_message(&body, message) == OK)
        a.body = bytes_span(&body);
    answer(c, &a, mode);
    bytes_fini(&body);
}

void lineapi_emulate_refuse(struct lineapi_call *c, unsigned status, const char *problem,
                            const char *message)
{
    bool is_failure = strcmp(problem, "unreachable") == 0;

    c->problem = problem;
    refuse(c, status, message, is_failure ? JOURNAL_CALL_FAILED : JOURNAL_CALL_EMULATED);
}

/* --- step 2 --- */

static void send_answer(struct lineapi_call *c)
{
    const struct emulated_call *e = &c->emulated;
    struct lineapi_answer a = {
        .status = e->status,
        .content_type = e->content_type,
        .request_id = c->request_id,
        .accepted_request = e->accepted_request,
        .body = e->is_empty ? SPAN("") : bytes_span(&e->answer),
        .is_empty = e->is_empty,
    };

    if (!e->is_empty && a.body.len == 0 && strcmp(e->content_type, "application/json") == 0)
        a.body = SPAN("{}");
    c->problem = e->problem;
    answer(c, &a, JOURNAL_CALL_EMULATED);
}

static void on_later(struct emulated_call *e)
{
    send_answer(CONTAINER_OF(e, struct lineapi_call, emulated));
}

/* --- step 1 --- */

static void ask(struct lineapi_call *c)
{
    struct emulated_call *e = &c->emulated;

    e->emulator = c->api->emulator;
    e->operation = c->match.operation;
    memcpy(e->params, c->match.params, sizeof e->params);
    e->query = c->match.query;
    e->head = &c->head;
    e->body = bytes_span(&c->body);
    e->event = c->facts.event;
    e->now_ms = c->at_ms;
    e->request_id = c->request_id;
    e->done = on_later;
    emulator_answer(c->api->emulator, e);
    if (!e->is_later)
        send_answer(c);
}

static void refuse_unknown(struct lineapi_call *c)
{
    if (c->match.is_method_wrong)
        lineapi_emulate_refuse(c, 405, "wrong_method", "Method Not Allowed");
    else
        lineapi_emulate_refuse(c, 404, "unknown_path", "Not found");
}

static void refuse_operation(struct lineapi_call *c)
{
    char message[256];

    snprintf(message, sizeof message,
             "%s is not emulated by Hookline (docs/line-api.md, `hookline line-api "
             "--unsupported`)",
             c->match.operation->name);
    lineapi_emulate_refuse(c, 501, "not_emulated", message);
}

void lineapi_emulate_start(struct lineapi_call *c)
{
    c->state = LINEAPI_CALL_EMULATED;
    if (!c->match.operation)
        refuse_unknown(c);
    else if (!c->match.operation->emulate)
        refuse_operation(c);
    else
        ask(c);
}
