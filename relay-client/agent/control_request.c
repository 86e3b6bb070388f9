/* A request to retry or drop:
 *   1. its body is read
 *   2. agent_settling.h does it
 *   3. who asked is told
 * What can go wrong:
 *   - the path, method or body is none that is known: 404, 405, 400
 *   - the exchange is not there, or not unfinished: 404, 409
 *   - the journal cannot: 503
 *   - who asked goes away: what it asked for is done all the same */
#include "relay-client/agent/control_request.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"
#include "http/problem.h"
#include "relay-client/agent/agent_settling.h"
#include "relay-client/agent/control.h"

#include <stdio.h>

#define PREFIX "/.hookline/"

struct control_request {
    struct agent_context *agent;
    struct exchange *x; /* owned; NULL: gone */
    struct bytes body;
    struct agent_settling settling;
};

bool control_request_is(const struct http_head *head)
{
    return span_starts(head->target, SPAN(PREFIX)) &&
           !http_head_find(head, AGENT_FIELD_REPLAY_OF);
}

/* --- answers --- */

static enum err send_json(struct exchange *x, const struct bytes *json)
{
    char length[PROBLEM_LENGTH_SIZE];
    struct http_head head;

    (void)snprintf(length, sizeof length, "%zu", bytes_len(json));
    http_head_init_response(&head, 200);
    enum err rc = http_head_add(&head, SPAN("Content-Type"), SPAN("application/json"));
    if (rc == OK)
        rc = http_head_add(&head, SPAN("Content-Length"), span_text(length));
    if (rc == OK)
        rc = exchange_send_head(x, &head, false);
    if (rc == OK)
        rc = exchange_send_body(x, bytes_peek(json), bytes_len(json));
    return rc == OK ? exchange_send_end(x) : rc;
}

/* Lets go of `x`, broken off when it cannot be answered. */
static void answer(struct exchange *x, struct json_writer *w, struct bytes *json)
{
    json_writer_object_end(w);
    enum err rc = json_writer_end(w);
    if (rc == OK)
        rc = send_json(x, json);
    (void)rc;
    bytes_fini(json);
    exchange_let_go(x);
}

static void begin(struct json_writer *w, struct bytes *json)
{
    bytes_init(json, CONTROL_BODY_MAX);
    json_writer_init(w, json);
    json_writer_object(w);
}

static void refuse(struct exchange *x, unsigned status, const char *title, const char *detail)
{
    struct problem p = {.status = status, .title = title, .detail = detail};

    problem_refuse(x, &p);
}

static void answer_status(struct exchange *x, const struct agent_context *agent,
                          const struct status_board *board)
{
    const struct agent_status s = status_board_now(board);
    struct json_writer w;
    struct bytes json;
    char handler[512]; /* a command may be longer than all that may be answered */

    begin(&w, &json);
    json_writer_member_text(&w, "state", agent_state_text(s.state));
    json_writer_member_text(&w, "url", *s.url ? s.url : NULL);
    json_writer_member_text(&w, "detail", s.detail);
    json_writer_member_text(&w, "tunnel", agent->options->tunnel);
    json_writer_member_text(
        &w, "handler",
        text_escape(handler, sizeof handler, span_text(handler_name(agent->options->handler))));
    json_writer_member_u64(&w, "rtt_us", s.rtt_us);
    json_writer_member_u64(&w, "kept", s.kept);
    json_writer_member_u64(&w, "delivered", agent->counts.delivered);
    json_writer_member_u64(&w, "pending", s.pending);
    json_writer_member_u64(&w, "aside", s.aside);
    json_writer_member_text(&w, "inspector", agent->inspector[0] ? agent->inspector : NULL);
    answer(x, &w, &json);
}

/* --- step 3 --- */

static void free_request(struct control_request *r)
{
    exchange_let_go(r->x);
    bytes_fini(&r->body);
    mem_free(r);
}

static void answer_count(struct control_request *r, uint64_t count)
{
    struct json_writer w;
    struct bytes json;

    begin(&w, &json);
    json_writer_member_u64(&w, "count", count);
    answer(r->x, &w, &json);
    r->x = NULL;
}

static void refuse_settling(struct control_request *r, enum err why)
{
    const char *detail = journal_detail(r->agent->options->journal);

    if (why == ERR_NOT_FOUND)
        refuse(
            r->x, 404, "No such exchange",
            "there is no exchange of that number: `hookline list --pending` shows those that "
            "wait");
    else if (why == ERR_CONFLICT)
        refuse(
            r->x, 409, "Not unfinished",
            "this exchange is neither pending nor set aside; `hookline replay` sends it to the "
            "bot once more");
    else
        refuse(r->x, 503, "The journal cannot be written", *detail ? detail : err_text(why));
    r->x = NULL;
}

static void on_settled(struct agent_settling *s, enum err rc, uint64_t count)
{
    struct control_request *r = CONTAINER_OF(s, struct control_request, settling);

    if (r->x && rc == OK)
        answer_count(r, count);
    else if (r->x)
        refuse_settling(r, rc);
    free_request(r);
}

/* --- step 2 --- */

static bool read_exchange(struct control_request *r)
{
    struct json_doc doc;
    uint64_t number = 0;
    bool is_good = false;

    if (json_parse(&doc, bytes_span(&r->body), CONTROL_BODY_MAX) == OK) {
        const struct json_value *v = json_member(json_root(&doc), "exchange");
        is_good = json_kind(v) == JSON_NULL || (json_u64(v, &number) && number > 0);
    }
    json_fini(&doc);
    r->settling.exchange = number;
    return is_good;
}

static void on_complete(void *owner)
{
    struct control_request *r = owner;

    if (!read_exchange(r)) {
        refuse(r->x, 400, "Not understood",
               "send {\"exchange\": 17}, or {\"exchange\": null} for all");
        r->x = NULL;
        free_request(r);
        return;
    }
    r->settling.done = on_settled;
    enum err rc = agent_settling_start(&r->settling, r->agent);
    if (rc == OK)
        return;
    refuse_settling(r, rc);
    free_request(r);
}

/* --- step 1 --- */

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct control_request *r = owner;
    enum err rc = bytes_append(&r->body, data, len);

    if (rc == OK)
        return;
    if (rc == ERR_LIMIT)
        refuse(r->x, 413, "Too large", "the body may have at most 4096 bytes");
    else
        refuse(r->x, 503, "Out of memory", "try again in a moment");
    r->x = NULL;
    free_request(r);
}

static void on_gone(void *owner, enum err why, const char *detail)
{
    struct control_request *r = owner;

    (void)why, (void)detail;
    exchange_let_go(r->x);
    r->x = NULL;
    if (!r->settling.done)
        free_request(r);
}

static const struct exchange_events events = {
    .on_body = on_body,
    .on_complete = on_complete,
    .on_abort = on_gone,
};

static void start_settling(struct agent_context *agent, struct exchange *x,
                           enum journal_decision decision)
{
    struct control_request *r = mem_alloc(sizeof *r);

    if (!r) {
        refuse(x, 503, "Out of memory", "try again in a moment");
        return;
    }
    r->agent = agent;
    r->x = x;
    r->settling.decision = decision;
    bytes_init(&r->body, CONTROL_BODY_MAX);
    exchange_own(x, &events, r);
}

void control_request_start(struct agent_context *agent, const struct status_board *board,
                           struct exchange *x, const struct http_head *head)
{
    bool is_status = span_is(head->target, SPAN(CONTROL_STATUS));
    bool is_retry = span_is(head->target, SPAN(CONTROL_RETRY));
    bool is_drop = span_is(head->target, SPAN(CONTROL_DROP));

    if (!is_status && !is_retry && !is_drop)
        refuse(x, 404, "No such control",
               "this agent knows " CONTROL_STATUS ", " CONTROL_RETRY " and " CONTROL_DROP);
    else if (!span_is(head->method, is_status ? SPAN("GET") : SPAN("POST")))
        refuse(x, 405, "Not this method", is_status ? "ask with GET" : "ask with POST");
    else if (is_status)
        answer_status(x, agent, board);
    else
        start_settling(agent, x, is_retry ? JOURNAL_RETRY : JOURNAL_DROP);
}
