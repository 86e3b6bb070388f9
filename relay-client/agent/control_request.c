/* A request that brings something:
 *   1. its body is read
 *   2. agent_settling.h or control_simulate.h does it
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
#include "relay-client/agent/agent_settling.h"
#include "relay-client/agent/control.h"
#include "relay-client/agent/control_simulate.h"
#include "relay-client/lineapi/lineapi_status.h"

#include <stdio.h>

#define PREFIX "/.hookline/"

struct control_request {
    struct agent_context *agent;
    struct exchange *x; /* owned; NULL: gone */
    struct bytes body;
    const struct control_simulate_route *route; /* NULL: a settling */
    char target[200], type[100];
    struct agent_settling settling;
};

bool control_request_is(const struct http_head *head)
{
    return span_starts(head->target, SPAN(PREFIX)) &&
           !http_head_find(head, AGENT_FIELD_REPLAY_OF) &&
           !http_head_find(head, AGENT_FIELD_SIMULATED);
}

/* --- status --- */

static void answer_status(struct exchange *x, const struct agent_context *agent,
                          const struct status_board *board)
{
    const struct agent_status s = status_board_now(board);
    struct control_answer a;
    struct json_writer *w = &a.w;
    char handler[512]; /* a command may be longer than all that may be answered */

    control_answer_begin(&a);
    json_writer_member_text(w, "state", agent_state_text(s.state));
    json_writer_member_text(w, "url", *s.url ? s.url : NULL);
    json_writer_member_text(w, "detail", s.detail);
    json_writer_member_text(w, "tunnel", agent->options->tunnel);
    json_writer_member_text(
        w, "handler",
        text_escape(handler, sizeof handler, span_text(handler_name(agent->options->handler))));
    json_writer_member_text(w, "webhook_path", agent->options->webhook_path);
    json_writer_member_u64(w, "rtt_us", s.rtt_us);
    json_writer_member_u64(w, "kept", s.kept);
    json_writer_member_u64(w, "delivered", agent->counts.delivered);
    json_writer_member_u64(w, "pending", s.pending);
    json_writer_member_u64(w, "aside", s.aside);
    json_writer_member_text(w, "inspector", agent->inspector[0] ? agent->inspector : NULL);
    json_writer_key(w, "line_api");
    lineapi_status_write(agent->options->lineapi, w);
    control_answer_send(&a, x);
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
    struct control_answer a;

    control_answer_begin(&a);
    json_writer_member_u64(&a.w, "count", count);
    control_answer_send(&a, r->x);
    r->x = NULL;
}

static void refuse_settling(struct control_request *r, enum err why)
{
    const char *detail = journal_detail(r->agent->options->journal);

    if (why == ERR_NOT_FOUND)
        control_answer_refuse(
            r->x, 404, "No such exchange",
            "there is no exchange of that number: `hookline list --pending` shows those that "
            "wait");
    else if (why == ERR_CONFLICT)
        control_answer_refuse(
            r->x, 409, "Not unfinished",
            "this exchange is neither pending nor set aside; `hookline replay` sends it to the "
            "bot once more");
    else
        control_answer_refuse(r->x, 503, "The journal cannot be written",
                              *detail ? detail : err_text(why));
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

static void act(struct control_request *r)
{
    const struct control_message m = {
        .target = r->target, .type = r->type, .body = bytes_span(&r->body)};
    struct control_answer a;
    const char *why_not = NULL;

    control_answer_begin(&a);
    unsigned status = r->route->act(r->agent, &m, &a.w, &why_not);
    if (status == 200) {
        control_answer_send(&a, r->x);
    } else {
        bytes_fini(&a.json);
        control_answer_refuse(r->x, status, "Not done", why_not);
    }
    r->x = NULL;
    free_request(r);
}

static void settle(struct control_request *r)
{
    if (!read_exchange(r)) {
        control_answer_refuse(r->x, 400, "Not understood",
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

static void on_complete(void *owner)
{
    struct control_request *r = owner;

    if (r->route)
        act(r);
    else
        settle(r);
}

/* --- step 1 --- */

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct control_request *r = owner;
    enum err rc = bytes_append(&r->body, data, len);

    if (rc == OK)
        return;
    if (rc == ERR_LIMIT)
        control_answer_refuse(r->x, 413, "Too large",
                              r->route && r->route->body_max > CONTROL_BODY_MAX
                                  ? "a content may have at most 10 MiB"
                                  : "the body may have at most 4096 bytes");
    else
        control_answer_refuse(r->x, 503, "Out of memory", "try again in a moment");
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

/* NULL: refused. */
static struct control_request *start(struct agent_context *agent, struct exchange *x,
                                     size_t body_max)
{
    struct control_request *r = mem_alloc(sizeof *r);

    if (!r) {
        control_answer_refuse(x, 503, "Out of memory", "try again in a moment");
        return NULL;
    }
    r->agent = agent;
    r->x = x;
    bytes_init(&r->body, body_max);
    return r;
}

static void start_settling(struct agent_context *agent, struct exchange *x,
                           enum journal_decision decision)
{
    struct control_request *r = start(agent, x, CONTROL_BODY_MAX);

    if (!r)
        return;
    r->settling.decision = decision;
    exchange_own(x, &events, r);
}

static void copy(char *out, size_t size, struct span text)
{
    (void)snprintf(out, size, "%.*s", (int)text.len, text.ptr ? text.ptr : "");
}

static void start_act(struct agent_context *agent, struct exchange *x,
                      const struct http_head *head, const struct control_simulate_route *route)
{
    struct control_request *r = start(agent, x, route->body_max);

    if (!r)
        return;
    r->route = route;
    copy(r->target, sizeof r->target, head->target);
    copy(r->type, sizeof r->type, http_head_value(head, "content-type"));
    exchange_own(x, &events, r);
}

void control_request_start(struct agent_context *agent, const struct status_board *board,
                           struct exchange *x, const struct http_head *head)
{
    const struct control_simulate_route *route = control_simulate_find(head->target);
    bool is_status = span_is(head->target, SPAN(CONTROL_STATUS));
    bool is_retry = span_is(head->target, SPAN(CONTROL_RETRY));
    bool is_drop = span_is(head->target, SPAN(CONTROL_DROP));

    if (!is_status && !is_retry && !is_drop && !route)
        control_answer_refuse(x, 404, "No such control",
                              "this agent knows " CONTROL_STATUS ", " CONTROL_RETRY
                              ", " CONTROL_DROP " and others");
    else if (!span_is(head->method, is_status ? SPAN("GET") : SPAN("POST")))
        control_answer_refuse(x, 405, "Not this method",
                              is_status ? "ask with GET" : "ask with POST");
    else if (is_status)
        answer_status(x, agent, board);
    else if (route)
        start_act(agent, x, head, route);
    else
        start_settling(agent, x, is_retry ? JOURNAL_RETRY : JOURNAL_DROP);
}
