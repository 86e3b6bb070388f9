#include "relay-client/view/exchange_json.h"

void exchange_json_string(struct json_writer *w, const char *name, struct span s)
{
    if (s.len > 0)
        json_writer_member_string(w, name, s);
    else
        json_writer_member_null(w, name);
}

void exchange_json_number(struct json_writer *w, const char *name, uint64_t value)
{
    if (value > 0)
        json_writer_member_u64(w, name, value);
    else
        json_writer_member_null(w, name);
}

void exchange_json_time(struct json_writer *w, const char *name, uint64_t wall_ms)
{
    char text[40];

    exchange_json_string(
        w, name, wall_ms > 0 ? span_text(text_time(text, sizeof(text), wall_ms)) : SPAN(""));
}

static void event_member(struct json_writer *w, const struct exchange_line *x)
{
    if (x->event_type.len == 0) {
        json_writer_member_null(w, "event");
        return;
    }
    json_writer_key(w, "event");
    json_writer_object(w);
    json_writer_member_string(w, "type", x->event_type);
    exchange_json_string(w, "message_type", x->message_type);
    exchange_json_string(w, "user_id", x->user_id);
    exchange_json_string(w, "text", x->event_text);
    json_writer_object_end(w);
}

void exchange_json_members(struct json_writer *w, const struct exchange_line *x)
{
    json_writer_member_text(w, "type", "exchange");
    json_writer_member_u64(w, "id", x->id);
    exchange_json_time(w, "arrived", x->arrived_ms);
    json_writer_member_string(w, "method", x->method);
    json_writer_member_string(w, "target", x->target);
    json_writer_member_bool(w, "webhook", x->webhook);
    json_writer_member_bool(w, "answered", !x->is_pending);
    exchange_json_string(w, "verdict",
                         x->webhook && !x->is_pending ? span_text(verdict_text(x->verdict))
                                                      : SPAN(""));
    exchange_json_string(w, "explanation", x->explanation);
    exchange_json_number(w, "status", x->status);
    exchange_json_string(w, "error", x->error);
    exchange_json_number(w, "total_us", x->total_us);
    exchange_json_number(w, "replay_of", x->replay_of);
    json_writer_member_u64(w, "events_len", x->events_len);
    event_member(w, x);
}

void exchange_json_row_members(struct json_writer *w, const struct journal_row *row)
{
    const struct exchange_line x = exchange_line_of_row(row);

    exchange_json_members(w, &x);
    exchange_json_string(w, "delivery", row->delivery);
    exchange_json_string(w, "tunnel", row->tunnel);
    exchange_json_string(w, "peer", row->peer);
    exchange_json_time(w, "received", row->received_ms);
    exchange_json_string(w, "provider", row->provider);
    exchange_json_string(w, "secret_label", row->secret_label);
    exchange_json_string(w, "handler", row->handler);
    json_writer_member_u64(w, "body_len", row->body_len);
    exchange_json_number(w, "duplicate_of", row->duplicate_of);
    exchange_json_number(w, "stored_us", row->stored_us);
    exchange_json_number(w, "handler_us", row->handler_us);
}
