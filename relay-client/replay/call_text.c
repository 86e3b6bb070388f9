#include "relay-client/replay/call_text.h"

#include "base/text.h"
#include "codec/json/json.h"
#include "codec/json/json_writer.h"

#include <stdio.h>

#define SHOWN 160u /* characters of each text, about */

static const char *mode_text(enum journal_call_mode mode)
{
    switch (mode) {
    case JOURNAL_CALL_EMULATED:
        return "emulated";
    case JOURNAL_CALL_PASSED:
        return "passed on";
    case JOURNAL_CALL_FAILED:
        return "failed";
    }
    return "";
}

/* "reply" of "replyMessage"; what LINE has no name for: method and path. */
static void format_name(const struct journal_call_row *row, char out[static SHOWN])
{
    struct span name = row->operation;
    struct span end = SPAN("Message");
    char shown[SHOWN - 16];

    if (name.len == 0) {
        text_escape(shown, sizeof shown, row->target);
        (void)snprintf(out, SHOWN, "%.*s %s",
                       (int)(row->method.len < 12 ? row->method.len : 12), row->method.ptr,
                       shown);
        return;
    }
    if (span_ends(name, end) && name.len > end.len)
        name.len -= end.len;
    text_escape(out, SHOWN, name);
}

/* --- what it says --- */

static const char *say_of(const struct json_value *message)
{
    const char *text = json_string(json_member(message, "text"));

    return text ? text : json_string(json_member(message, "altText"));
}

static enum err put_message(const struct json_value *message, struct bytes *out)
{
    const char *text = say_of(message), *type = json_string(json_member(message, "type"));
    char shown[4 * SHOWN];

    text_escape(shown, sizeof shown, span_text(text ? text : type ? type : "?"));
    return bytes_printf(out, text ? "  「%.*s」" : "  [%.*s]", (int)(3 * SHOWN), shown);
}

static enum err put_messages(const struct journal_call_whole *call, struct bytes *out)
{
    struct json_doc doc = {0};
    enum err rc = OK;

    if (json_parse(&doc, call->request_body, JOURNAL_CALL_BODY_MAX) == OK)
        for (const struct json_value *m = json_first(json_member(json_root(&doc), "messages"));
             rc == OK && m; m = json_next(m))
            rc = put_message(m, out);
    json_fini(&doc);
    return rc;
}

/* LINE's own word for it, or why it was not asked. */
static enum err put_problem(const struct journal_call_whole *call, struct bytes *out)
{
    const struct journal_call_row *row = &call->row;
    struct json_doc doc = {0};
    const char *message = NULL;
    char shown[600];
    enum err rc = OK;

    if (json_parse(&doc, call->answer_body, JOURNAL_CALL_BODY_MAX) == OK)
        message = json_string(json_member(json_root(&doc), "message"));
    text_escape(shown, sizeof shown, message ? span_text(message) : row->explanation);
    if (*shown)
        rc = bytes_printf(out, "  %s", shown);
    text_escape(shown, sizeof shown, row->problem);
    if (rc == OK && *shown)
        rc = bytes_printf(out, " (%s)", shown);
    json_fini(&doc);
    return rc;
}

enum err call_text_format(const struct journal_call_whole *call, struct bytes *out)
{
    const struct journal_call_row *row = &call->row;
    char name[SHOWN];

    format_name(row, name);
    enum err rc = row->status > 0
                      ? bytes_printf(out, "%s %u %s", name, row->status, mode_text(row->mode))
                      : bytes_printf(out, "%s %s", name, mode_text(row->mode));
    if (rc == OK && row->is_sending)
        rc = put_messages(call, out);
    if (rc == OK && (row->status < 200 || row->status > 299))
        rc = put_problem(call, out);
    return rc;
}

/* --- JSON --- */

static void write_messages(const struct journal_call_whole *call, struct json_writer *w)
{
    struct json_doc doc = {0};

    json_writer_key(w, "texts");
    json_writer_array(w);
    if (call->row.is_sending &&
        json_parse(&doc, call->request_body, JOURNAL_CALL_BODY_MAX) == OK)
        for (const struct json_value *m = json_first(json_member(json_root(&doc), "messages"));
             m; m = json_next(m)) {
            const char *text = say_of(m);
            json_writer_text(w, text ? text : json_string(json_member(m, "type")));
        }
    json_writer_array_end(w);
    json_fini(&doc);
}

static void write_number(struct json_writer *w, const char *name, uint64_t number)
{
    if (number > 0)
        json_writer_member_u64(w, name, number);
    else
        json_writer_member_null(w, name);
}

enum err call_text_format_json(const struct journal_call_whole *call, struct bytes *out)
{
    const struct journal_call_row *row = &call->row;
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    json_writer_member_text(&w, "type", "call");
    json_writer_member_u64(&w, "id", row->id);
    write_number(&w, "exchange", row->exchange);
    json_writer_member_string(&w, "operation", row->operation);
    json_writer_member_string(&w, "method", row->method);
    json_writer_member_string(&w, "path", row->target);
    write_number(&w, "status", row->status);
    json_writer_member_text(&w, "mode", mode_text(row->mode));
    json_writer_member_string(&w, "problem", row->problem);
    json_writer_member_string(&w, "explanation", row->explanation);
    write_messages(call, &w);
    json_writer_object_end(&w);
    return json_writer_end(&w);
}
