#include "relay-client/lineapi/lineapi_record.h"

#include "base/log.h"
#include "relay-client/lineapi/lineapi_call_impl.h"

#include <stdio.h>

const char lineapi_record_tls_text[] = "a client spoke TLS to the LINE API port: its base URL "
                                       "begins with https://, and must begin "
                                       "with http:// (docs/sdk-setup.md)";

static const char *host_of(const struct lineapi_operation *o)
{
    if (!o)
        return "api.line.me";
    switch (o->host) {
    case LINEAPI_HOST_API:
        return "api.line.me";
    case LINEAPI_HOST_DATA:
        return "api-data.line.me";
    case LINEAPI_HOST_MANAGER:
        return "manager.line.biz";
    case LINEAPI_HOST_WORKS:
        break;
    }
    return span_starts(span_text(o->pattern), SPAN("/oauth2/")) ? "auth.worksmobile.com"
                                                                : "www.worksapis.com";
}

/* Into `id`: LINE's own, if it has answered. */
static const char *request_id_of(const struct lineapi_call *c, char id[static 80])
{
    struct span value = http_head_value(&c->answer, "x-line-request-id");

    snprintf(id, 80, "%.*s", value.len < 80 ? (int)value.len : 79, value.len ? value.ptr : "");
    return id;
}

enum err lineapi_record(const struct lineapi_call *c)
{
    const struct lineapi_operation *o = c->match.operation;
    struct span body = bytes_span(&c->body);
    char id[80];
    const struct journal_call call = {
        .at_ms = c->at_ms,
        .took_us = c->took_us,
        .mode = c->mode,
        .tie = c->facts.tie.how,
        .exchange = c->facts.tie.exchange,
        .event = c->facts.tie.event,
        .operation = o ? o->name : "",
        .host = host_of(o),
        .request_id = request_id_of(c, id),
        .problem = c->problem ? c->problem : "",
        .explanation = c->explanation,
        .chats = c->facts.chats,
        .chats_len = c->facts.chats_len,
        .request = &c->head,
        .answer = c->answer.status > 0 ? &c->answer : NULL,
        .request_body = span_slice(body, 0, JOURNAL_CALL_BODY_MAX),
        .answer_body = bytes_span(&c->answer_body),
        .request_truncated = c->is_body_cut || body.len > JOURNAL_CALL_BODY_MAX || !c->is_whole,
        .answer_truncated = c->is_answer_cut,
        .is_sending = o && o->flags & LINEAPI_SENDS,
    };

    return journal_call_record(c->api->options.journal, &call);
}

void lineapi_record_tls(struct lineapi *a)
{
    struct http_head head;
    const struct journal_call call = {
        .at_ms = clock_wall_ms(loop_clock(a->loop)),
        .mode = JOURNAL_CALL_FAILED,
        .operation = "",
        .host = "",
        .request_id = "",
        .problem = "tls_on_http",
        .explanation = lineapi_record_tls_text,
        .request = &head,
    };

    http_head_init_request(&head, SPAN("TLS"), SPAN("/"));
    enum err rc = journal_call_record(a->options.journal, &call);
    if (rc != OK)
        log_warn("lineapi", "that is not recorded: %s", err_text(rc));
}
