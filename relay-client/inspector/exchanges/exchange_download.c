#include "relay-client/inspector/exchanges/exchange_download.h"

#include "relay-client/inspector/exchanges/exchange_request.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- an HTTP/1.1 message ---- */

static enum err put_line(struct bytes *out, struct span name, struct span value)
{
    enum err rc = bytes_append_span(out, name);

    if (!rc)
        rc = bytes_append_text(out, ": ");
    if (!rc)
        rc = bytes_append_span(out, value);
    return rc ? rc : bytes_append_text(out, "\r\n");
}

static enum err put_start(struct bytes *out, const struct http_head *h)
{
    enum err rc;

    if (h->status > 0)
        return bytes_printf(out, "HTTP/1.1 %u %s\r\n", h->status, http_status_text(h->status));
    rc = bytes_append_span(out, h->method);
    if (!rc)
        rc = bytes_append_text(out, " ");
    if (!rc)
        rc = bytes_append_span(out, h->target);
    if (!rc)
        rc = bytes_append_text(out, " HTTP/1.1\r\n");
    if (!rc && h->authority.len > 0 && !http_head_find(h, "host"))
        rc = put_line(out, SPAN("host"), h->authority);
    return rc;
}

static enum err put_fields(struct bytes *out, const struct http_head *h)
{
    enum err rc = OK;

    for (size_t i = 0; !rc && i < h->fields_len; i++) {
        const struct http_field *f = &h->fields[i];

        if (!span_is_nocase(f->name, SPAN("transfer-encoding")))
            rc = put_line(out, f->name, f->secret ? SPAN("(hidden)") : f->value);
    }
    return rc;
}

enum err exchange_download_head(const struct http_head *head, size_t body_len,
                                struct bytes *out)
{
    bool wants_length = body_len > 0 && !http_head_find(head, "content-length");
    enum err rc = put_start(out, head);

    if (!rc)
        rc = put_fields(out, head);
    if (!rc && wants_length)
        rc = bytes_printf(out, "content-length: %zu\r\n", body_len);
    return rc ? rc : bytes_append_text(out, "\r\n");
}

/* ---- the routes ---- */

struct download {
    bool is_response, has_head;
};

static void name_file(struct inspector_reply *reply, uint64_t id, struct download what)
{
    (void)snprintf(reply->file_name, sizeof(reply->file_name), "hookline-%" PRIu64 "-%s%s", id,
                   what.is_response ? "response" : "request",
                   what.has_head ? ".http" : "-body.bin");
    reply->type = "application/octet-stream";
}

static enum err put(struct inspector_reading *r, const struct journal_exchange *x,
                    struct download what)
{
    const struct http_head *head =
        what.is_response ? journal_exchange_answer(x) : journal_exchange_request(x);
    struct span body =
        what.is_response ? journal_exchange_answer_body(x) : journal_exchange_request_body(x);
    enum err rc = OK;

    if (!head) {
        inspector_reply_problem(r->reply, 404, "not_found",
                                "The bot gave no answer to this exchange.");
        return OK;
    }
    bytes_clear(&r->reply->body);
    if (what.has_head)
        rc = exchange_download_head(head, body.len, &r->reply->body);
    if (!rc)
        rc = bytes_append_span(&r->reply->body, body);
    if (!rc)
        name_file(r->reply, journal_exchange_row(x)->id, what);
    return rc;
}

static enum err download(struct inspector_reading *r, struct download what)
{
    struct journal_exchange *x = NULL;
    uint64_t id = 0;

    if (!exchange_request_id(r, "id", true, &id))
        return OK;
    enum err rc = exchange_request_exchange(r->reader, id, &x);
    if (!rc)
        rc = put(r, x, what);
    journal_exchange_free(x);
    return rc;
}

enum err exchange_download_request_body(struct inspector_reading *r)
{
    return download(r, (struct download){.is_response = false, .has_head = false});
}

enum err exchange_download_request_raw(struct inspector_reading *r)
{
    return download(r, (struct download){.is_response = false, .has_head = true});
}

enum err exchange_download_response_body(struct inspector_reading *r)
{
    return download(r, (struct download){.is_response = true, .has_head = false});
}

enum err exchange_download_response_raw(struct inspector_reading *r)
{
    return download(r, (struct download){.is_response = true, .has_head = true});
}
