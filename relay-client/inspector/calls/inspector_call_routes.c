#include "relay-client/inspector/calls/call_json.h"
#include "relay-client/inspector/exchanges/exchange_request.h"

#include <inttypes.h>
#include <stdio.h>

struct reading {
    struct inspector_reading *r;
    bool is_answer; /* of the bodies */
    enum err rc;
};

/* ---- all of it ---- */

static void take_call(void *owner, const struct journal_call_whole *call)
{
    struct reading *g = owner;
    struct json_writer w;

    exchange_request_begin(g->r, &w);
    g->rc = exchange_request_end(&w, call_json(&w, call, false));
}

static enum err read_one(struct reading *g,
                         void (*take)(void *owner, const struct journal_call_whole *call))
{
    uint64_t id = 0;

    if (!exchange_request_id(g->r, "id", true, &id))
        return OK;
    enum err rc = journal_calls_get(g->r->reader, id, take, g);
    return rc ? rc : g->rc;
}

static enum err read_call(struct inspector_reading *r)
{
    struct reading g = {.r = r};

    return read_one(&g, take_call);
}

/* ---- bodies ---- */

static void take_body(void *owner, const struct journal_call_whole *call)
{
    struct reading *g = owner;
    struct inspector_reply *reply = g->r->reply;

    if (g->is_answer && call->answer.status == 0) {
        inspector_reply_problem(reply, 404, "not_found", "There was no answer to this call.");
        return;
    }
    bytes_clear(&reply->body);
    g->rc =
        bytes_append_span(&reply->body, g->is_answer ? call->answer_body : call->request_body);
    reply->type = "application/octet-stream";
    (void)snprintf(reply->file_name, sizeof(reply->file_name),
                   "hookline-call-%" PRIu64 "-%s-body.bin", call->row.id,
                   g->is_answer ? "response" : "request");
}

static enum err read_request_body(struct inspector_reading *r)
{
    struct reading g = {.r = r};

    return read_one(&g, take_body);
}

static enum err read_response_body(struct inspector_reading *r)
{
    struct reading g = {.r = r, .is_answer = true};

    return read_one(&g, take_body);
}

const struct inspector_route inspector_call_routes[] = {
    {.method = "GET", .pattern = "/api/calls/{id}", .read = read_call},
    {.method = "GET", .pattern = "/api/calls/{id}/request/body", .read = read_request_body},
    {.method = "GET", .pattern = "/api/calls/{id}/response/body", .read = read_response_body},
    {0},
};
