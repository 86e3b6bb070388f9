#include "relay-client/view/exchange_view_json.h"

#include "base/base64.h"
#include "base/mem.h"
#include "relay-client/view/call_view.h"
#include "relay-client/view/exchange_json.h"
#include "relay-client/view/line_record.h"

static void fields_member(struct json_writer *w, const struct http_head *h)
{
    json_writer_key(w, "fields");
    json_writer_array(w);
    for (size_t i = 0; i < h->fields_len; i++) {
        json_writer_array(w);
        json_writer_string(w, h->fields[i].name);
        if (h->fields[i].secret)
            json_writer_null(w);
        else
            json_writer_string(w, h->fields[i].value);
        json_writer_array_end(w);
    }
    json_writer_array_end(w);
}

/* ERR_NOMEM. */
static enum err base64_member(struct json_writer *w, struct span s)
{
    const size_t size = BASE64_LEN(s.len) + 1;
    char *text = mem_alloc(size);

    if (!text)
        return ERR_NOMEM;
    enum err e = base64_format(text, size, s.ptr, s.len);

    if (!e)
        json_writer_member_text(w, "base64", text);
    mem_free(text);
    return e;
}

static enum err body_member(struct json_writer *w, struct span s, bool truncated)
{
    enum err e = OK;

    json_writer_key(w, "body");
    json_writer_object(w);
    json_writer_member_u64(w, "len", s.len);
    json_writer_member_bool(w, "truncated", truncated);
    if (text_is_utf8(s))
        json_writer_member_string(w, "text", s);
    else
        e = base64_member(w, s);
    json_writer_object_end(w);
    return e;
}

static enum err request_member(struct json_writer *w, const struct journal_exchange *x)
{
    const struct http_head *h = journal_exchange_request(x);

    json_writer_key(w, "request");
    json_writer_object(w);
    json_writer_member_string(w, "method", h->method);
    exchange_json_string(w, "scheme", h->scheme);
    exchange_json_string(w, "authority", h->authority);
    json_writer_member_string(w, "target", h->target);
    fields_member(w, h);
    enum err e = body_member(w, journal_exchange_request_body(x),
                             journal_exchange_row(x)->body_truncated);
    json_writer_object_end(w);
    return e;
}

static enum err answer_member(struct json_writer *w, const struct journal_exchange *x)
{
    const struct http_head *h = journal_exchange_answer(x);

    if (!h) {
        json_writer_member_null(w, "answer");
        return OK;
    }
    json_writer_key(w, "answer");
    json_writer_object(w);
    json_writer_member_u64(w, "status", h->status);
    fields_member(w, h);
    enum err e = body_member(w, journal_exchange_answer_body(x),
                             journal_exchange_row(x)->answer_truncated);
    json_writer_object_end(w);
    return e;
}

static void event_object(struct json_writer *w, const struct exchange_view *v,
                         const struct line_event *e)
{
    bool is_dead = e->reply_token[0] != '\0' &&
                   line_record_is_token_dead(journal_exchange_row(v->exchange), e->timestamp_ms,
                                             e->is_redelivery, v->now_ms);

    json_writer_object(w);
    json_writer_member_text(w, "type", e->type);
    exchange_json_string(w, "mode", span_text(e->mode));
    exchange_json_time(w, "timestamp", e->timestamp_ms);
    exchange_json_string(w, "source_type", span_text(e->source_type));
    exchange_json_string(w, "source_id", span_text(e->source_id));
    exchange_json_string(w, "user_id", span_text(e->user_id));
    exchange_json_string(w, "webhook_event_id", span_text(e->webhook_event_id));
    exchange_json_string(w, "reply_token", span_text(e->reply_token));
    json_writer_member_bool(w, "token_expired", is_dead);
    json_writer_member_bool(w, "is_redelivery", e->is_redelivery);
    exchange_json_string(w, "message_id", span_text(e->message_id));
    exchange_json_string(w, "message_type", span_text(e->message_type));
    exchange_json_string(w, "text", span_text(e->text));
    json_writer_object_end(w);
}

static void lists(struct json_writer *w, const struct exchange_view *v)
{
    json_writer_key(w, "replays");
    json_writer_array(w);
    for (size_t i = 0; i < v->replays_len && i < EXCHANGE_VIEW_REPLAYS_MAX; i++)
        json_writer_u64(w, v->replays[i]);
    json_writer_array_end(w);
    json_writer_key(w, "events");
    json_writer_array(w);
    for (size_t i = 0; i < journal_exchange_events_len(v->exchange); i++)
        event_object(w, v, journal_exchange_event(v->exchange, i));
    json_writer_array_end(w);
}

enum err exchange_view_json(const struct exchange_view *v, struct bytes *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_writer_object(&w);
    exchange_json_row_members(&w, journal_exchange_row(v->exchange));
    lists(&w, v);
    enum err e = call_view_json(&w, v->reader, journal_exchange_row(v->exchange));
    if (!e)
        e = request_member(&w, v->exchange);
    if (!e)
        e = answer_member(&w, v->exchange);
    json_writer_object_end(&w);
    return e ? e : json_writer_end(&w);
}
