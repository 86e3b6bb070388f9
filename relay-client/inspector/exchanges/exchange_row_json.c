#include "relay-client/inspector/exchanges/exchange_row_json.h"

#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/journal/journal_insight.h"

static bool has_flag(const struct journal_row *row, enum journal_flag flag)
{
    return (row->flags & (uint32_t)flag) != 0;
}

static const char *kind_of(const struct journal_row *row)
{
    if (has_flag(row, JOURNAL_FLAG_IMPORTED))
        return "imported";
    if (row->replay_of > 0)
        return "replay";
    if (has_flag(row, JOURNAL_FLAG_SIMULATED))
        return "simulated";
    return row->webhook ? "webhook" : "pass";
}

/* What has no answer yet is under way, whatever will become of it. */
static const char *state_of(const struct journal_row *row)
{
    if (has_flag(row, JOURNAL_FLAG_RUNNING))
        return "running";
    switch (row->outcome) {
    case JOURNAL_FINAL:
        break;
    case JOURNAL_PENDING:
        return row->attempts == 0 && row->next_ms == 0 ? "running" : "retrying";
    case JOURNAL_ASIDE:
        return "set_aside";
    case JOURNAL_DROPPED:
        return "dropped";
    }
    return "done";
}

static bool is_success(unsigned status)
{
    return status >= 200 && status <= 299;
}

const char *exchange_row_json_answered_by(const struct journal_row *row)
{
    switch (row->by) {
    case JOURNAL_BY_NOBODY:
        break;
    case JOURNAL_BY_BOT:
        return "bot";
    case JOURNAL_BY_AGENT: /* the agent says yes only to what the bot has had before */
        return row->duplicate_of > 0 && is_success(row->status) ? "duplicate" : "refused";
    case JOURNAL_BY_GUARD:
        return has_flag(row, JOURNAL_FLAG_NOW) ? "now" : "guard";
    case JOURNAL_BY_INBOX:
        return "kept";
    }
    return "nobody";
}

uint64_t exchange_row_json_received_ms(const struct journal_row *row)
{
    return row->received_ms > 0 ? row->received_ms : row->arrived_ms;
}

static void first_member(struct json_writer *w, const struct journal_row *row)
{
    const struct exchange_source source = {row->source_type, row->source_id, row->user_id,
                                           row->source_name};

    json_writer_key(w, "first");
    if (row->event_type.len == 0) {
        json_writer_null(w);
        return;
    }
    json_writer_object(w);
    json_writer_member_string(w, "type", row->event_type);
    json_writer_member_string(w, "sub", row->message_type);
    json_writer_member_string(
        w, "text", exchange_json_member_cut(row->event_text, EXCHANGE_ROW_JSON_TEXT));
    exchange_json_member_source(w, &source);
    json_writer_object_end(w);
}

static void flags_member(struct json_writer *w, const struct journal_row *row)
{
    json_writer_key(w, "flags");
    json_writer_array(w);
    for (unsigned bit = 0; bit < JOURNAL_FLAGS; bit++) {
        const char *code = journal_insight_flag_code(bit);

        if (code && (row->flags >> bit & 1u))
            json_writer_text(w, code);
    }
    json_writer_array_end(w);
}

static void answer_members(struct json_writer *w, const struct journal_row *row)
{
    json_writer_member_text(w, "verdict", verdict_text(row->verdict));
    exchange_json_member_number(w, "line_status", row->status);
    json_writer_member_text(w, "answered_by", exchange_row_json_answered_by(row));
    exchange_json_member_number(w, "bot_status", row->bot_status);
    exchange_json_member_us(w, "took_ms", row->has_took, row->took_us);
    exchange_json_member_us(w, "line_ms", row->has_line, row->line_us);
    exchange_json_member_number(w, "kept_ms", row->kept_ms);
}

static void worst_member(struct json_writer *w, const struct journal_row *row)
{
    unsigned worst = journal_insight_worst(row->findings);

    json_writer_member_text(w, "worst_finding",
                            worst < JOURNAL_FINDINGS
                                ? journal_insight_finding_code((enum journal_finding)worst)
                                : NULL);
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

static void calls_member(struct json_writer *w, const struct journal_row *row)
{
    json_writer_key(w, "calls");
    json_writer_object(w);
    json_writer_member_u64(w, "n", row->calls_len);
    json_writer_member_text(w, "worst", worst_of(row->calls_worst));
    json_writer_object_end(w);
}

void exchange_row_json_members(struct json_writer *w, const struct journal_row *row)
{
    exchange_json_member_id(w, "id", row->id);
    json_writer_member_text(w, "kind", kind_of(row));
    json_writer_member_u64(w, "received_at", exchange_row_json_received_ms(row));
    json_writer_member_string(w, "tunnel", row->tunnel);
    json_writer_member_string(w, "method", row->method);
    json_writer_member_string(w, "path",
                              exchange_json_member_cut(row->target, EXCHANGE_ROW_JSON_PATH));
    json_writer_member_text(w, "state", state_of(row));
    first_member(w, row);
    json_writer_member_u64(w, "events_n", row->events_len);
    flags_member(w, row);
    answer_members(w, row);
    exchange_json_member_id(w, "parent", row->replay_of);
    exchange_json_member_id(w, "duplicate_of", row->duplicate_of);
    json_writer_member_bool(w, "pinned", has_flag(row, JOURNAL_FLAG_PINNED));
    json_writer_member_bool(w, "note", has_flag(row, JOURNAL_FLAG_NOTE));
    worst_member(w, row);
    exchange_json_member_number(w, "next_try_at", row->next_ms);
    json_writer_member_u64(w, "body_size", row->body_len);
}

void exchange_row_json(struct json_writer *w, const struct journal_row *row)
{
    json_writer_object(w);
    exchange_row_json_members(w, row);
    calls_member(w, row);
    json_writer_object_end(w);
}
