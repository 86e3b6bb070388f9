#include "relay-client/inspector/calls/call_json.h"

#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_message_json.h"

#include <inttypes.h>
#include <stdio.h>

static const char *mode_of(enum journal_call_mode mode)
{
    switch (mode) {
    case JOURNAL_CALL_EMULATED:
        return "emulated";
    case JOURNAL_CALL_PASSED:
        return "passed";
    case JOURNAL_CALL_FAILED:
        break;
    }
    return "failed";
}

static const char *tie_of(enum journal_call_tie tie)
{
    switch (tie) {
    case JOURNAL_CALL_UNTIED:
        break;
    case JOURNAL_CALL_BY_TOKEN:
        return "token";
    case JOURNAL_CALL_BY_MESSAGE:
        return "message";
    case JOURNAL_CALL_BY_TIME:
        return "time";
    }
    return NULL;
}

static void row_members(struct json_writer *w, const struct journal_call_row *row)
{
    exchange_json_member_id(w, "id", row->id);
    exchange_json_member_id(w, "exchange", row->exchange);
    json_writer_key(w, "event_index");
    if (row->tie == JOURNAL_CALL_UNTIED)
        json_writer_null(w);
    else
        json_writer_u64(w, row->event);
    json_writer_member_text(w, "tied_by", tie_of(row->tie));
    json_writer_member_u64(w, "at", row->at_ms);
    exchange_json_member_us(w, "took_ms", true, row->took_us);
    json_writer_member_text(w, "mode", mode_of(row->mode));
    json_writer_member_string(w, "method", row->method);
    json_writer_member_string(w, "path", row->target);
    json_writer_member_string(w, "host", row->host);
    exchange_json_member_string(w, "operation", row->operation);
    exchange_json_member_number(w, "status", row->status);
    exchange_json_member_string(w, "problem", row->problem);
    exchange_json_member_string(w, "explanation", row->explanation);
    exchange_json_member_string(w, "request_id", row->request_id);
    exchange_json_member_string(w, "sdk", row->user_agent);
    json_writer_member_bool(w, "sends", row->is_sending);
}

static enum err message_member(struct json_writer *w, const struct journal_call_whole *call,
                               bool is_answer, bool is_brief)
{
    char href[64];
    const struct exchange_message m = {
        .head = is_answer ? &call->answer : &call->request,
        .body = is_answer ? call->answer_body : call->request_body,
        .is_truncated = is_answer ? call->answer_truncated : call->request_truncated,
        .href = href,
        .is_brief = is_brief,
    };

    (void)snprintf(href, sizeof(href), "/api/calls/%" PRIu64 "/%s/body", call->row.id,
                   is_answer ? "response" : "request");
    json_writer_key(w, is_answer ? "response" : "request");
    if (m.head->status == 0 && is_answer) {
        json_writer_null(w);
        return OK;
    }
    return exchange_message_json(w, &m);
}

enum err call_json(struct json_writer *w, const struct journal_call_whole *call, bool is_brief)
{
    json_writer_object(w);
    row_members(w, &call->row);
    enum err rc = message_member(w, call, false, is_brief);
    if (!rc)
        rc = message_member(w, call, true, is_brief);
    json_writer_object_end(w);
    return rc;
}

struct list {
    struct json_writer *w;
    enum err rc;
};

static bool take(void *owner, const struct journal_call_whole *call)
{
    struct list *l = owner;

    l->rc = call_json(l->w, call, true);
    return !l->rc && !l->w->failed;
}

enum err call_json_member(struct json_writer *w, struct journal_reader *reader,
                          const struct journal_row *row)
{
    struct list l = {.w = w};
    enum err rc = OK;

    json_writer_key(w, "calls");
    json_writer_array(w);
    if (row->calls_len > 0)
        rc = journal_calls_of(reader, row->id, CALL_JSON_MAX, take, &l);
    json_writer_array_end(w);
    return rc ? rc : l.rc;
}
