#include "relay-client/journal/journal_row.h"

/* The order of JOURNAL_ROW_COLUMNS. */
enum column {
    COLUMN_ID,
    COLUMN_DELIVERY,
    COLUMN_TUNNEL,
    COLUMN_PEER,
    COLUMN_METHOD,
    COLUMN_TARGET,
    COLUMN_RECEIVED_MS,
    COLUMN_ARRIVED_MS,
    COLUMN_WEBHOOK,
    COLUMN_REPLAY_OF,
    COLUMN_DUPLICATE_OF,
    COLUMN_BODY_LEN,
    COLUMN_BODY_TRUNCATED,
    COLUMN_EVENTS_LEN,
    COLUMN_ANSWERED, /* its id, NULL without an answer, like all up to the events */
    COLUMN_VERDICT,
    COLUMN_PROVIDER,
    COLUMN_SECRET_LABEL,
    COLUMN_EXPLANATION,
    COLUMN_HANDLER,
    COLUMN_STATUS,
    COLUMN_ERROR,
    COLUMN_STORED_US,
    COLUMN_HANDLER_US,
    COLUMN_TOTAL_US,
    COLUMN_ANSWER_TRUNCATED,
    COLUMN_EVENT_TYPE,
    COLUMN_MESSAGE_TYPE,
    COLUMN_USER_ID,
    COLUMN_EVENT_TEXT,
    COLUMN_WAS_ANSWERED, /* with this status */
    COLUMN_BY,
    COLUMN_ANSWERED_US,
    COLUMN_BOT_STATUS, /* three digits out of ":status: 200" */
    COLUMN_OUTCOME,
    COLUMN_ATTEMPTS,
    COLUMN_CRASHES,
    COLUMN_NEXT_MS,
    COLUMN_UNREACHABLE,
    COLUMN_CALLED_US,
    COLUMN_HAS_REPLY_TOKEN,
    COLUMN_REDELIVERY,
    COLUMN_EVENT_MS,
    COLUMN_SOURCE_TYPE,
    COLUMN_SOURCE_ID,
    COLUMN_FLAGS,
    COLUMN_FINDINGS,
    COLUMN_TOOK_US,
    COLUMN_LINE_US,
    COLUMN_KEPT_MS,
    COLUMN_SIMULATED,
    COLUMN_CALLS,
    COLUMN_CALLS_WORST,
    COLUMN_CALLS_FOUND,
    COLUMN_SOURCE_NAME,
    COLUMNS_LEN,
};
_Static_assert(COLUMNS_LEN == JOURNAL_ROW_COLUMNS_LEN, "the list and its SQL differ");

static enum verdict verdict_of(uint64_t stored)
{
    return stored <= VERDICT_MISSING ? (enum verdict)stored : VERDICT_UNCHECKED;
}

static void read_exchange(const struct statement *s, struct journal_row *out)
{
    out->id = statement_u64(s, COLUMN_ID);
    out->delivery = statement_span(s, COLUMN_DELIVERY);
    out->tunnel = statement_span(s, COLUMN_TUNNEL);
    out->peer = statement_span(s, COLUMN_PEER);
    out->method = statement_span(s, COLUMN_METHOD);
    out->target = statement_span(s, COLUMN_TARGET);
    out->received_ms = statement_u64(s, COLUMN_RECEIVED_MS);
    out->arrived_ms = statement_u64(s, COLUMN_ARRIVED_MS);
    out->webhook = statement_u64(s, COLUMN_WEBHOOK) != 0;
    out->replay_of = statement_u64(s, COLUMN_REPLAY_OF);
    out->is_simulated = statement_u64(s, COLUMN_SIMULATED) != 0;
    out->duplicate_of = statement_u64(s, COLUMN_DUPLICATE_OF);
    out->body_len = statement_u64(s, COLUMN_BODY_LEN);
    out->body_truncated = statement_u64(s, COLUMN_BODY_TRUNCATED) != 0;
    out->events_len = statement_u64(s, COLUMN_EVENTS_LEN);
}

static void read_answer(const struct statement *s, struct journal_row *out)
{
    out->answered = !statement_is_null(s, COLUMN_ANSWERED);
    out->verdict = verdict_of(statement_u64(s, COLUMN_VERDICT));
    out->provider = statement_span(s, COLUMN_PROVIDER);
    out->secret_label = statement_span(s, COLUMN_SECRET_LABEL);
    out->explanation = statement_span(s, COLUMN_EXPLANATION);
    out->handler = statement_span(s, COLUMN_HANDLER);
    out->status = (unsigned)statement_u64(s, COLUMN_STATUS);
    out->error = statement_span(s, COLUMN_ERROR);
    out->stored_us = statement_u64(s, COLUMN_STORED_US);
    out->handler_us = statement_u64(s, COLUMN_HANDLER_US);
    out->total_us = statement_u64(s, COLUMN_TOTAL_US);
    out->answer_truncated = statement_u64(s, COLUMN_ANSWER_TRUNCATED) != 0;
}

enum journal_outcome journal_row_outcome(uint64_t stored)
{
    return stored <= JOURNAL_DROPPED ? (enum journal_outcome)stored : JOURNAL_FINAL;
}

enum journal_answerer journal_row_answerer(uint64_t stored)
{
    return stored <= JOURNAL_BY_INBOX ? (enum journal_answerer)stored : JOURNAL_BY_NOBODY;
}

/* The first version did not write it down. */
static enum journal_answerer answerer_of(const struct statement *s,
                                         const struct journal_row *row)
{
    if (!statement_is_null(s, COLUMN_BY))
        return journal_row_answerer(statement_u64(s, COLUMN_BY));
    if (row->status == 0)
        return JOURNAL_BY_NOBODY;
    return row->bot_status > 0 ? JOURNAL_BY_BOT : JOURNAL_BY_AGENT;
}

static void read_fate(const struct statement *s, struct journal_row *out)
{
    uint64_t bot_status = 0;

    (void)span_parse_u64(statement_span(s, COLUMN_BOT_STATUS), &bot_status);
    out->was_answered = statement_u64(s, COLUMN_WAS_ANSWERED) != 0;
    out->bot_status = bot_status <= 999 ? (unsigned)bot_status : 0;
    if (out->answered) {
        out->by = answerer_of(s, out);
        out->outcome = journal_row_outcome(statement_u64(s, COLUMN_OUTCOME));
    } else {
        out->status = (unsigned)statement_u64(s, COLUMN_WAS_ANSWERED);
        out->by = out->was_answered ? JOURNAL_BY_INBOX : JOURNAL_BY_NOBODY;
        out->outcome = out->webhook && out->replay_of == 0 && !out->is_simulated
                           ? JOURNAL_PENDING
                           : JOURNAL_FINAL;
    }
    out->answered_us = statement_u64(s, COLUMN_ANSWERED_US);
    out->attempts = (unsigned)statement_u64(s, COLUMN_ATTEMPTS);
    out->crashes = (unsigned)statement_u64(s, COLUMN_CRASHES);
    out->next_ms = statement_u64(s, COLUMN_NEXT_MS);
    out->called_us = statement_u64(s, COLUMN_CALLED_US);
    out->is_unreachable = statement_u64(s, COLUMN_UNREACHABLE) != 0;
}

static enum journal_calls_worst worst_of(uint64_t stored)
{
    return stored <= JOURNAL_CALLS_FAILED ? (enum journal_calls_worst)stored
                                          : JOURNAL_CALLS_NONE;
}

static void read_summary(const struct statement *s, struct journal_row *out)
{
    out->flags = (uint32_t)statement_u64(s, COLUMN_FLAGS);
    out->findings = statement_u64(s, COLUMN_FINDINGS);
    out->has_took = !statement_is_null(s, COLUMN_TOOK_US);
    out->took_us = statement_u64(s, COLUMN_TOOK_US);
    out->has_line = !statement_is_null(s, COLUMN_LINE_US);
    out->line_us = statement_u64(s, COLUMN_LINE_US);
    out->kept_ms = statement_u64(s, COLUMN_KEPT_MS);
    out->calls_len = statement_u64(s, COLUMN_CALLS);
    out->calls_worst = worst_of(statement_u64(s, COLUMN_CALLS_WORST));
    out->calls_found = statement_u64(s, COLUMN_CALLS_FOUND);
}

void journal_row_read(const struct statement *s, struct journal_row *out)
{
    read_exchange(s, out);
    read_answer(s, out);
    read_fate(s, out);
    read_summary(s, out);
    out->has_reply_token = statement_u64(s, COLUMN_HAS_REPLY_TOKEN) != 0;
    out->is_redelivery = statement_u64(s, COLUMN_REDELIVERY) != 0;
    out->event_ms = statement_u64(s, COLUMN_EVENT_MS);
    out->event_type = statement_span(s, COLUMN_EVENT_TYPE);
    out->message_type = statement_span(s, COLUMN_MESSAGE_TYPE);
    out->user_id = statement_span(s, COLUMN_USER_ID);
    out->event_text = statement_span(s, COLUMN_EVENT_TEXT);
    out->source_type = statement_span(s, COLUMN_SOURCE_TYPE);
    out->source_id = statement_span(s, COLUMN_SOURCE_ID);
    out->source_name = statement_span(s, COLUMN_SOURCE_NAME);
}

void journal_row_spans(struct journal_row *row, struct span *out[static JOURNAL_ROW_SPANS])
{
    struct span *const all[JOURNAL_ROW_SPANS] = {
        &row->delivery,   &row->tunnel,     &row->peer,         &row->method,
        &row->target,     &row->provider,   &row->secret_label, &row->explanation,
        &row->handler,    &row->error,      &row->event_type,   &row->message_type,
        &row->user_id,    &row->event_text, &row->source_type,  &row->source_id,
        &row->source_name};

    memcpy(out, all, sizeof(all));
}
