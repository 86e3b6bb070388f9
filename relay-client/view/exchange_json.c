#include "relay-client/view/exchange_json.h"

#include "relay-client/view/line_record.h"

const char *exchange_json_answerer(enum journal_answerer by)
{
    switch (by) {
    case JOURNAL_BY_NOBODY:
        break;
    case JOURNAL_BY_BOT:
        return "bot";
    case JOURNAL_BY_AGENT:
        return "hookline";
    case JOURNAL_BY_GUARD:
        return "guard";
    case JOURNAL_BY_INBOX:
        return "inbox";
    }
    return "nobody";
}

const char *exchange_json_outcome(enum journal_outcome outcome)
{
    switch (outcome) {
    case JOURNAL_FINAL:
        break;
    case JOURNAL_PENDING:
        return "pending";
    case JOURNAL_ASIDE:
        return "aside";
    case JOURNAL_DROPPED:
        return "dropped";
    }
    return "final";
}

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

/* `status` is what the sender got; these say from whom, and what became of it. */
static void fate_members(struct json_writer *w, const struct exchange_line *x)
{
    json_writer_member_text(w, "by", exchange_json_answerer(x->by));
    exchange_json_number(w, "bot_status", x->bot_status);
    json_writer_member_text(w, "outcome", exchange_json_outcome(x->outcome));
    json_writer_member_u64(w, "attempts", x->attempts);
    exchange_json_time(w, "next", x->next_ms);
    exchange_json_number(w, "duplicate_of", x->duplicate_of);
    json_writer_member_bool(w, "token_expired", x->has_dead_token);
}

void exchange_json_members(struct json_writer *w, const struct exchange_line *x)
{
    json_writer_member_text(w, "type", "exchange");
    json_writer_member_u64(w, "id", x->id);
    exchange_json_time(w, "arrived", x->arrived_ms);
    json_writer_member_string(w, "method", x->method);
    json_writer_member_string(w, "target", x->target);
    json_writer_member_bool(w, "webhook", x->webhook);
    json_writer_member_bool(w, "answered", !x->is_under_way);
    exchange_json_string(w, "verdict",
                         x->webhook && !x->is_under_way ? span_text(verdict_text(x->verdict))
                                                        : SPAN(""));
    exchange_json_string(w, "explanation", x->explanation);
    exchange_json_number(w, "status", x->status);
    exchange_json_string(w, "error", x->error);
    exchange_json_number(w, "total_us", x->total_us);
    exchange_json_number(w, "replay_of", x->replay_of);
    fate_members(w, x);
    json_writer_member_u64(w, "events_len", x->events_len);
    event_member(w, x);
}

static const char *worst_of(enum journal_calls_worst worst)
{
    switch (worst) {
    case JOURNAL_CALLS_NONE:
        break;
    case JOURNAL_CALLS_GOOD:
        return "good";
    case JOURNAL_CALLS_REFUSED:
        return "refused";
    case JOURNAL_CALLS_FAILED:
        return "failed";
    }
    return NULL;
}

void exchange_json_row_members(struct json_writer *w, const struct journal_row *row)
{
    const struct exchange_line x = exchange_line_of_row(row);
    char record[LINE_RECORD_SIZE];

    exchange_json_members(w, &x);
    exchange_json_string(w, "delivery", row->delivery);
    exchange_json_string(w, "tunnel", row->tunnel);
    exchange_json_string(w, "peer", row->peer);
    exchange_json_time(w, "received", row->received_ms);
    exchange_json_string(w, "provider", row->provider);
    exchange_json_string(w, "secret_label", row->secret_label);
    exchange_json_string(w, "handler", row->handler);
    json_writer_member_u64(w, "body_len", row->body_len);
    exchange_json_number(w, "answered_us", row->answered_us);
    json_writer_member_u64(w, "crashes", row->crashes);
    json_writer_member_bool(w, "simulated", row->is_simulated);
    json_writer_member_u64(w, "calls_len", row->calls_len);
    json_writer_member_text(w, "calls_worst", worst_of(row->calls_worst));
    exchange_json_string(w, "line_record", span_text(line_record_of(record, row)));
    exchange_json_string(w, "line_record_without", span_text(line_record_without(record, row)));
    exchange_json_number(w, "stored_us", row->stored_us);
    exchange_json_number(w, "called_us", row->called_us);
    exchange_json_number(w, "handler_us", row->handler_us);
}
