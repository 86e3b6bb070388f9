/* Passed on to LINE:
 *   1. a connection to LINE gets the head, and what of the body has come
 *   2. the rest of it streams on, the answer back, piece by piece; the beginning of each is
 *      kept
 *   3. the call is over
 * What can go wrong:
 *   - LINE cannot be reached, or breaks off before it has answered: 502, and nothing is tried
 *     again; what is cut later is cut for the bot too
 *   - LINE refuses: that is the answer; what it means is recorded beside it */
#include "base/mem.h"
#include "base/text.h"
#include "relay-client/lineapi/lineapi_call_impl.h"
#include "relay-client/lineapi/lineapi_learn.h"
#include "relay-client/lineapi/lineapi_problem.h"

#include <stdio.h>

static bool is_for_data(const struct lineapi_call *c)
{
    return c->match.operation && c->match.operation->host == LINEAPI_HOST_DATA;
}

/* --- step 3 --- */

static void refuse(struct lineapi_call *c, enum err why)
{
    const struct lineapi_options *o = &c->api->options;

    lineapi_problem_unreachable(c->explanation, sizeof c->explanation,
                                is_for_data(c) ? o->data_url : o->api_url, why);
    c->answer.status = 0;
    lineapi_emulate_refuse(c, 502, "unreachable", c->explanation);
}

static void explain(struct lineapi_call *c)
{
    struct given_event *event =
        given_events_by_token(c->api->options.given, span_text(c->facts.reply_token));
    const struct lineapi_answered a = {
        .operation = c->match.operation,
        .is_method_wrong = c->match.is_method_wrong,
        .event = event,
        .status = c->answer.status,
        .body = bytes_span(&c->answer_body),
        .now_ms = c->at_ms,
    };

    c->problem = lineapi_problem_of(&a);
    if (event && a.status == 200 && event->used_ms == 0)
        event->used_ms = c->at_ms;
    lineapi_learn(c);
}

static void on_done(void *owner, enum err why, const char *detail, struct exchange *server)
{
    struct lineapi_call *c = owner;

    (void)detail; /* its words are for a bot that does not answer */
    c->splice = NULL;
    c->server = server;
    if (why != OK && server) {
        refuse(c, why);
        return;
    }
    if (c->answer.status == 0) { /* nobody waited for it */
        lineapi_call_end(c, JOURNAL_CALL_FAILED);
        return;
    }
    if (why == OK)
        explain(c);
    else
        c->is_answer_cut = true;
    lineapi_call_end(c, JOURNAL_CALL_PASSED);
}

/* --- step 2 --- */

static void keep(struct bytes *kept, bool *is_cut, const uint8_t *data, size_t len)
{
    size_t used = bytes_len(kept);
    size_t room = used < JOURNAL_CALL_BODY_MAX ? JOURNAL_CALL_BODY_MAX - used : 0;
    size_t n = len < room ? len : room;

    if (*is_cut || bytes_append(kept, data, n) != OK || n < len)
        *is_cut = true;
}

static bool on_answer(void *owner, struct http_head *head)
{
    struct lineapi_call *c = owner;

    if (head->status < 200)
        return false;
    /* An answer that cannot be kept still passes: it is the record that lacks it. */
    if (http_head_copy(&c->answer, head, &c->answer_storage) != OK)
        c->answer.status = head->status;
    return true;
}

static void on_request_complete(void *owner)
{
    struct lineapi_call *c = owner;

    c->is_whole = true;
}

static void on_request_body(void *owner, const uint8_t *data, size_t len)
{
    struct lineapi_call *c = owner;

    keep(&c->body, &c->is_body_cut, data, len);
}

static void on_answer_body(void *owner, const uint8_t *data, size_t len)
{
    struct lineapi_call *c = owner;

    keep(&c->answer_body, &c->is_answer_cut, data, len);
}

static const struct splice_events splice_events = {
    .on_answer = on_answer,
    .on_request_body = on_request_body,
    .on_answer_body = on_answer_body,
    .on_request_complete = on_request_complete,
    .on_done = on_done,
};

/* --- step 1 --- */

static enum err connect(struct lineapi_call *c, struct exchange **client)
{
    struct span body = bytes_span(&c->body);
    bool is_empty = c->is_whole && body.len == 0;
    const struct handler_request request = {
        .head = &c->head, .end = is_empty, .verdict = VERDICT_UNCHECKED};
    enum err rc = handler_request(is_for_data(c) ? c->api->data : c->api->api, &request, NULL,
                                  NULL, client);

    if (rc == OK && body.len > 0)
        rc = exchange_send_body(*client, body.ptr, body.len);
    if (rc == OK && c->is_whole && !is_empty)
        rc = exchange_send_end(*client);
    return rc;
}

void lineapi_pass_start(struct lineapi_call *c)
{
    struct exchange *client = NULL;
    struct exchange *server = c->server;

    c->state = LINEAPI_CALL_PASSED;
    enum err rc = connect(c, &client);
    if (rc == OK)
        rc = splice_start(c->api->loop, server, client, &splice_events, c, &c->splice);
    if (rc != OK) {
        exchange_let_go(client);
        refuse(c, rc);
        return;
    }
    c->server = NULL;
}
