#include "relay-client/lineapi/lineapi_answer.h"

#include "codec/json/json_writer.h"

#include <stdio.h>

static enum err add(struct http_head *h, enum err before, const char *name, const char *value)
{
    return before == OK ? http_head_add(h, span_text(name), span_text(value)) : before;
}

enum err lineapi_answer_head(const struct lineapi_answer *a,
                             char length[static LINEAPI_ANSWER_LENGTH], struct http_head *out)
{
    enum err rc = OK;

    snprintf(length, LINEAPI_ANSWER_LENGTH, "%zu", a->body.len);
    http_head_init_response(out, a->status);
    if (!a->is_empty)
        rc = add(out, rc, "content-type", a->content_type);
    rc = add(out, rc, "content-length", length);
    rc = add(out, rc, "cache-control", "no-cache, no-store, max-age=0, must-revalidate");
    rc = add(out, rc, "x-content-type-options", "nosniff");
    if (*a->request_id)
        rc = add(out, rc, "x-line-request-id", a->request_id);
    if (*a->accepted_request)
        rc = add(out, rc, "x-line-accepted-request-id", a->accepted_request);
    if (a->allow)
        rc = add(out, rc, "allow", a->allow);
    return rc;
}

enum err lineapi_answer_send(struct exchange *x, const struct http_head *head, struct span body)
{
    enum err rc = exchange_send_head(x, head, body.len == 0);

    if (rc == OK && body.len > 0)
        rc = exchange_send_body(x, body.ptr, body.len);
    return rc == OK && body.len > 0 ? exchange_send_end(x) : rc;
}

enum err lineapi_answer_message(struct bytes *out, const char *message)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "message", message);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}

void lineapi_answer_refuse(struct exchange *x, unsigned status, const char *why)
{
    struct lineapi_answer a = {.status = status,
                               .content_type = "application/json",
                               .request_id = "",
                               .accepted_request = ""};
    struct bytes body;
    struct http_head head;
    char length[LINEAPI_ANSWER_LENGTH];

    bytes_init(&body, LINEAPI_ANSWER_MESSAGE_MAX);
    enum err rc = lineapi_answer_message(&body, why);
    a.body = bytes_span(&body);
    if (rc == OK)
        rc = lineapi_answer_head(&a, length, &head);
    if (rc == OK)
        rc = lineapi_answer_send(x, &head, a.body);
    (void)rc; /* broken off, when it is let go of */
    bytes_fini(&body);
    exchange_let_go(x);
}
