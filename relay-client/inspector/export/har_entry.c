#include "relay-client/inspector/export/har_entry.h"

#include "base/text.h"
#include "relay-client/inspector/export/export_redact.h"
#include "relay-client/inspector/export/export_text.h"
#include "relay-client/view/exchange_json.h"

struct entry {
    struct json_writer *w;
    const struct journal_exchange *x;
    const struct journal_row *row;
    bool with_signature;
    enum err rc; /* of what is not the writer's: the first failure stays */
};

static void note(struct entry *e, enum err rc)
{
    if (e->rc == OK)
        e->rc = rc;
}

/* --- what both messages have --- */

static void write_field(struct entry *e, struct span name, struct span value)
{
    json_writer_object(e->w);
    json_writer_member_string(e->w, "name", name);
    json_writer_member_string(e->w, "value", value);
    if (!text_is_utf8(value)) {
        json_writer_key(e->w, "_base64");
        note(e, export_text_base64(e->w, value));
    }
    json_writer_object_end(e->w);
}

/* Host stands in the address already. */
static void write_headers(struct entry *e, const struct http_head *head)
{
    json_writer_key(e->w, "headers");
    json_writer_array(e->w);
    for (size_t i = 0; head && i < head->fields_len; i++) {
        const struct http_field *f = &head->fields[i];
        if (!span_is_nocase(f->name, SPAN("host")))
            write_field(e, f->name, export_redact_value(f, e->with_signature));
    }
    json_writer_array_end(e->w);
}

static void write_empty_array(struct entry *e, const char *name)
{
    json_writer_key(e->w, name);
    json_writer_array(e->w);
    json_writer_array_end(e->w);
}

static void write_sizes(struct entry *e, size_t body)
{
    json_writer_key(e->w, "headersSize");
    json_writer_i64(e->w, -1);
    json_writer_member_u64(e->w, "bodySize", body);
}

static struct span media_type(const struct http_head *head)
{
    return head ? http_head_value(head, "content-type") : (struct span){0};
}

/* --- the request --- */

static void write_url(struct entry *e, const struct http_head *head)
{
    struct bytes url;

    bytes_init(&url, HTTP_TARGET_MAX + HTTP_HEAD_MAX);
    enum err rc = bytes_append_span(&url, head->scheme.len > 0 ? head->scheme : SPAN("https"));
    if (rc == OK)
        rc = bytes_append_text(&url, "://");
    if (rc == OK)
        rc = bytes_append_span(&url, head->authority);
    if (rc == OK)
        rc = bytes_append_span(&url, head->target);
    note(e, rc);
    json_writer_member_string(e->w, "url", bytes_span(&url));
    bytes_fini(&url);
}

/* As it stands in the address, percent signs and all. */
static void write_query(struct entry *e, struct span target)
{
    struct span rest = span_slice(target, span_find(target, '?') + 1, target.len);

    json_writer_key(e->w, "queryString");
    json_writer_array(e->w);
    while (rest.len > 0) {
        struct span pair = span_slice(rest, 0, span_find(rest, '&'));
        size_t sign = span_find(pair, '=');

        json_writer_object(e->w);
        json_writer_member_string(e->w, "name", span_slice(pair, 0, sign));
        json_writer_member_string(e->w, "value", span_slice(pair, sign + 1, pair.len));
        json_writer_object_end(e->w);
        rest = span_slice(rest, pair.len + 1, rest.len);
    }
    json_writer_array_end(e->w);
}

static void write_post_data(struct entry *e, const struct http_head *head)
{
    struct span body = journal_exchange_request_body(e->x);

    if (body.len == 0)
        return;
    json_writer_key(e->w, "postData");
    json_writer_object(e->w);
    json_writer_member_string(e->w, "mimeType", media_type(head));
    note(e, export_text_members(e->w, body));
    json_writer_object_end(e->w);
}

static void write_request(struct entry *e)
{
    const struct http_head *head = journal_exchange_request(e->x);

    json_writer_key(e->w, "request");
    json_writer_object(e->w);
    json_writer_member_string(e->w, "method", head->method);
    write_url(e, head);
    json_writer_member_text(e->w, "httpVersion", "HTTP/1.1");
    write_empty_array(e, "cookies");
    write_headers(e, head);
    write_query(e, head->target);
    write_post_data(e, head);
    write_sizes(e, journal_exchange_request_body(e->x).len);
    json_writer_object_end(e->w);
}

/* --- the bot's answer --- */

static void write_content(struct entry *e, const struct http_head *head)
{
    struct span body = journal_exchange_answer_body(e->x);

    json_writer_key(e->w, "content");
    json_writer_object(e->w);
    json_writer_member_u64(e->w, "size", body.len);
    json_writer_member_string(e->w, "mimeType", media_type(head));
    if (body.len > 0)
        note(e, export_text_members(e->w, body));
    json_writer_object_end(e->w);
}

/* Status 0: there is none, as browsers write it. */
static void write_response(struct entry *e)
{
    const struct http_head *head = journal_exchange_answer(e->x);

    json_writer_key(e->w, "response");
    json_writer_object(e->w);
    json_writer_member_u64(e->w, "status", head ? head->status : 0);
    json_writer_member_text(e->w, "statusText", head ? http_status_text(head->status) : "");
    json_writer_member_text(e->w, "httpVersion", head ? "HTTP/1.1" : "");
    write_empty_array(e, "cookies");
    write_headers(e, head);
    write_content(e, head);
    json_writer_member_text(e->w, "redirectURL", "");
    write_sizes(e, journal_exchange_answer_body(e->x).len);
    json_writer_object_end(e->w);
}

/* --- what HAR has no place for --- */

/* One that is not over, and what an import makes of it. */
static bool has_answer(const struct journal_row *row)
{
    return row->answered &&
           (row->status > 0 || row->handler.len > 0 || row->error.len > 0 || row->total_us > 0);
}

static void write_answer(struct entry *e)
{
    const struct journal_row *row = e->row;
    struct json_writer *w = e->w;

    json_writer_key(w, "answer");
    if (!has_answer(row)) {
        json_writer_null(w);
        return;
    }
    json_writer_object(w);
    json_writer_member_u64(w, "status", row->status);
    json_writer_member_text(w, "by", exchange_json_answerer(row->by));
    json_writer_member_u64(w, "answered_us", row->answered_us);
    json_writer_member_text(w, "verdict", verdict_text(row->verdict));
    json_writer_member_string(w, "provider", row->provider);
    json_writer_member_string(w, "secret_label", row->secret_label);
    json_writer_member_string(w, "explanation", row->explanation);
    json_writer_member_string(w, "handler", row->handler);
    json_writer_member_string(w, "error", row->error);
    json_writer_member_u64(w, "attempts", row->attempts);
    json_writer_member_bool(w, "unreachable", row->is_unreachable);
    json_writer_member_bool(w, "body_truncated", row->answer_truncated);
    json_writer_member_u64(w, "stored_us", row->stored_us);
    json_writer_member_u64(w, "called_us", row->called_us);
    json_writer_member_u64(w, "handler_us", row->handler_us);
    json_writer_member_u64(w, "total_us", row->total_us);
    json_writer_object_end(w);
}

static void write_ours(struct entry *e)
{
    const struct journal_row *row = e->row;
    struct json_writer *w = e->w;

    json_writer_key(w, "_hookline");
    json_writer_object(w);
    json_writer_member_string(w, "delivery", row->delivery);
    json_writer_member_string(w, "tunnel", row->tunnel);
    json_writer_member_u64(w, "received_ms", row->received_ms);
    json_writer_member_u64(w, "arrived_ms", row->arrived_ms);
    json_writer_member_string(w, "peer", row->peer);
    json_writer_member_bool(w, "webhook", row->webhook);
    json_writer_member_u64(w, "kept_status", row->was_answered ? row->status : 0);
    json_writer_member_bool(w, "body_truncated", row->body_truncated);
    write_answer(e);
    json_writer_object_end(w);
}

static void write_times(struct entry *e)
{
    double ms = (double)e->row->total_us / 1000;

    json_writer_key(e->w, "cache");
    json_writer_object(e->w);
    json_writer_object_end(e->w);
    json_writer_key(e->w, "timings");
    json_writer_object(e->w);
    json_writer_member_u64(e->w, "send", 0);
    json_writer_key(e->w, "wait");
    json_writer_double(e->w, ms);
    json_writer_member_u64(e->w, "receive", 0);
    json_writer_object_end(e->w);
}

enum err har_entry_write(struct json_writer *w, const struct journal_exchange *x,
                         bool with_signature)
{
    struct entry e = {
        .w = w, .x = x, .row = journal_exchange_row(x), .with_signature = with_signature};
    char started[40];

    json_writer_object(w);
    json_writer_member_text(w, "startedDateTime",
                            text_time(started, sizeof started, e.row->received_ms));
    json_writer_key(w, "time");
    json_writer_double(w, (double)e.row->total_us / 1000);
    write_request(&e);
    write_response(&e);
    write_times(&e);
    write_ours(&e);
    json_writer_object_end(w);
    return e.rc;
}
