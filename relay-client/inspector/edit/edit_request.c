#include "relay-client/inspector/edit/edit_request.h"

#include "codec/json/json_writer.h"
#include "relay-client/inspector/inspector_reply.h"

#include <string.h>

bool edit_request_parse(struct inspector_request *r, struct json_doc *doc)
{
    enum err rc = json_parse(doc, inspector_request_body(r), EDIT_REQUEST_BODY_MAX);

    if (rc == OK && json_kind(json_root(doc)) == JSON_OBJECT)
        return true;
    if (rc == ERR_NOMEM)
        edit_request_fail(r, rc, NULL);
    else
        edit_request_refuse(r, rc ? doc->detail : "The body must be a JSON object.");
    json_fini(doc);
    return false;
}

bool edit_request_number(const char *text, uint64_t *out)
{
    return text && strlen(text) <= 19 && span_parse_u64(span_text(text), out) && *out > 0;
}

void edit_request_refuse(struct inspector_request *r, const char *detail)
{
    inspector_reply_problem(inspector_request_prepare(r), 400, "bad_request", "%s", detail);
    inspector_request_reply(r);
}

void edit_request_fail(struct inspector_request *r, enum err why, const char *detail)
{
    inspector_reply_error(inspector_request_prepare(r), why, detail);
    inspector_request_reply(r);
}

void edit_request_count(struct inspector_request *r, uint64_t count)
{
    struct inspector_reply *reply = inspector_request_prepare(r);
    struct json_writer w;

    json_writer_init(&w, &reply->body);
    json_writer_object(&w);
    json_writer_member_u64(&w, "count", count);
    json_writer_object_end(&w);
    enum err rc = json_writer_end(&w);
    if (rc)
        edit_request_fail(r, rc, NULL);
    else
        inspector_request_reply(r);
}
