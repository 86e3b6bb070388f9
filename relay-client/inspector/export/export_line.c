#include "relay-client/inspector/export/export_line.h"

#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/inspector/export/export_redact.h"
#include "relay-client/inspector/export/export_text.h"

static void write_headers(struct json_writer *w, const struct http_head *head,
                          bool with_signature)
{
    json_writer_key(w, "headers");
    json_writer_array(w);
    for (size_t i = 0; i < head->fields_len; i++) {
        const struct http_field *f = &head->fields[i];

        json_writer_array(w);
        json_writer_string(w, f->name);
        if (export_redact_hides(f, with_signature))
            json_writer_null(w);
        else
            json_writer_string(w, f->value);
        json_writer_array_end(w);
    }
    json_writer_array_end(w);
}

static enum err write_request(struct json_writer *w, const struct journal_exchange *x,
                              bool with_signature)
{
    const struct http_head *head = journal_exchange_request(x);

    json_writer_key(w, "request");
    json_writer_object(w);
    json_writer_member_string(w, "method", head->method);
    json_writer_member_string(w, "scheme", head->scheme);
    json_writer_member_string(w, "authority", head->authority);
    json_writer_member_string(w, "target", head->target);
    write_headers(w, head, with_signature);
    enum err rc = export_text_members(w, journal_exchange_request_body(x));
    json_writer_object_end(w);
    return rc;
}

static enum err write_response(struct json_writer *w, const struct journal_exchange *x,
                               bool with_signature)
{
    const struct http_head *head = journal_exchange_answer(x);

    json_writer_key(w, "response");
    if (!head) {
        json_writer_null(w);
        return OK;
    }
    json_writer_object(w);
    json_writer_member_u64(w, "status", head->status);
    write_headers(w, head, with_signature);
    enum err rc = export_text_members(w, journal_exchange_answer_body(x));
    json_writer_object_end(w);
    return rc;
}

enum err export_line_write(struct json_writer *w, const struct journal_exchange *x,
                           bool with_signature)
{
    const struct journal_row *row = journal_exchange_row(x);

    json_writer_object(w);
    exchange_row_json_members(w, row);
    json_writer_member_string(w, "delivery", row->delivery);
    exchange_json_member_string(w, "client_ip", row->peer);
    exchange_json_member_string(w, "handler", row->handler);
    exchange_json_member_string(w, "error", row->error);
    enum err rc = write_request(w, x, with_signature);
    if (rc == OK)
        rc = write_response(w, x, with_signature);
    json_writer_object_end(w);
    return rc;
}
