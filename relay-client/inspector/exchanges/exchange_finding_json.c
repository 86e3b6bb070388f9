#include "relay-client/inspector/exchanges/exchange_finding_json.h"

#include "codec/json/json_scan.h"
#include "relay-client/inspector/exchanges/exchange_evidence_json.h"
#include "relay-client/inspector/exchanges/exchange_finding_call.h"
#include "relay-client/inspector/exchanges/exchange_finding_fix.h"
#include "relay-client/inspector/exchanges/exchange_json_member.h"
#include "relay-client/inspector/exchanges/exchange_row_json.h"
#include "relay-client/journal/journal_insight.h"
#include "relay-client/journal/lookup/journal_related.h"
#include "relay-client/view/line_record.h"

struct view {
    const struct exchange_detail *d;
    const struct exchange_signature *signature;
};

/* Members of `params`, items of `evidence`. */
typedef void writer(struct json_writer *w, const struct view *v);

/* ---- signatures ---- */

static void signature_params(struct json_writer *w, const struct view *v)
{
    exchange_signature_json_params(w, v->d, v->signature);
}

static void signature_evidence(struct json_writer *w, const struct view *v)
{
    exchange_signature_json_evidence(w, v->d, v->signature);
}

/* ---- the bot ---- */

static void bot_params(struct json_writer *w, const struct view *v)
{
    const struct journal_row *row = v->d->row;

    exchange_json_member_number(w, "status", row->bot_status);
    exchange_json_member_string(w, "address", row->handler);
    json_writer_member_u64(w, "attempts", row->attempts);
    json_writer_member_u64(w, "crashes", row->crashes);
    exchange_json_member_number(w, "next_try_at", row->next_ms);
}

static void bot_evidence(struct json_writer *w, const struct view *v)
{
    struct span body = journal_exchange_answer_body(v->d->exchange);

    if (v->d->row->error.len > 0)
        exchange_evidence_json_text(w, "error", v->d->row->error);
    if (v->d->row->bot_status > 0 && body.len > 0)
        exchange_evidence_json_text(w, "body", body);
}

static void redirect_params(struct json_writer *w, const struct view *v)
{
    const struct http_head *head = journal_exchange_answer(v->d->exchange);

    exchange_json_member_number(w, "status", v->d->row->bot_status);
    exchange_json_member_string(w, "location",
                                head ? http_head_value(head, "location") : SPAN(""));
}

static void late_params(struct json_writer *w, const struct view *v)
{
    const struct journal_row *row = v->d->row;
    char record[LINE_RECORD_SIZE];

    exchange_json_member_us(w, "took_ms", row->has_took, row->took_us);
    json_writer_member_u64(w, "limit_ms", LINE_RECORD_TIMEOUT_US / 1000);
    json_writer_member_u64(w, "guard_ms", LINE_RECORD_LATE_US / 1000);
    json_writer_member_text(w, "answered_by", exchange_row_json_answered_by(row));
    exchange_json_member_string(w, "line_record", span_text(line_record_of(record, row)));
    exchange_json_member_string(w, "line_record_without",
                                span_text(line_record_without(record, row)));
}

/* ---- reply tokens and events ---- */

static void token_params(struct json_writer *w, const struct view *v)
{
    const struct journal_row *row = v->d->row;
    uint64_t us = row->called_us > 0 ? row->called_us : row->stored_us;
    bool is_kept = row->was_answered && row->received_ms > 0;
    uint64_t from_ms = is_kept ? row->received_ms : row->arrived_ms;
    uint64_t got_ms = row->arrived_ms + us / 1000;

    if (row->calls_found >> JOURNAL_FOUND_TOKEN_EXPIRED & 1u)
        exchange_finding_call_params(w, v->d, JOURNAL_FOUND_TOKEN_EXPIRED);
    else
        json_writer_member_u64(w, "after_ms", got_ms > from_ms ? got_ms - from_ms : 0);
    exchange_json_member_number(w, "event_at", row->event_ms);
    json_writer_member_bool(w, "redelivery", row->is_redelivery);
}

static void token_used_params(struct json_writer *w, const struct view *v)
{
    exchange_finding_call_params(w, v->d, JOURNAL_FOUND_TOKEN_USED);
}

static void token_unknown_params(struct json_writer *w, const struct view *v)
{
    exchange_finding_call_params(w, v->d, JOURNAL_FOUND_TOKEN_UNKNOWN);
}

static void refused_params(struct json_writer *w, const struct view *v)
{
    exchange_finding_call_params(w, v->d, JOURNAL_FOUND_API_REFUSED);
}

static void refused_evidence(struct json_writer *w, const struct view *v)
{
    exchange_finding_call_evidence(w, v->d, JOURNAL_FOUND_API_REFUSED);
}

static void rate_params(struct json_writer *w, const struct view *v)
{
    exchange_finding_call_params(w, v->d, JOURNAL_FOUND_API_RATE);
}

/* It may be gone meanwhile; a failing disk says so elsewhere. */
static void duplicate_params(struct json_writer *w, const struct view *v)
{
    uint64_t first_ms = 0;

    if (journal_related_received(v->d->reader, v->d->row->duplicate_of, &first_ms) != OK)
        first_ms = 0;
    exchange_json_member_id(w, "first", v->d->row->duplicate_of);
    exchange_json_member_number(w, "first_at", first_ms);
}

static void redelivered_params(struct json_writer *w, const struct view *v)
{
    uint64_t count = 0, event_ms = 0;

    for (size_t i = 0; i < journal_exchange_events_len(v->d->exchange); i++) {
        const struct line_event *e = journal_exchange_event(v->d->exchange, i);

        if (e->is_redelivery && count++ == 0)
            event_ms = e->timestamp_ms;
    }
    json_writer_member_u64(w, "count", count);
    exchange_json_member_number(w, "event_at", event_ms);
}

static void kept_params(struct json_writer *w, const struct view *v)
{
    json_writer_member_u64(w, "kept_ms", v->d->row->kept_ms);
}

/* ---- the body ---- */

static void content_type_params(struct json_writer *w, const struct view *v)
{
    exchange_json_member_string(
        w, "content_type",
        http_head_value(journal_exchange_request(v->d->exchange), "content-type"));
}

static void not_json_evidence(struct json_writer *w, const struct view *v)
{
    struct span body = journal_exchange_request_body(v->d->exchange);
    struct json_problem problem = {0};

    if (!json_scan(body, &problem) || !problem.what)
        return;
    exchange_evidence_json_text(w, "error", span_text(problem.what));
    exchange_evidence_json_place(w, "body", body, problem.at);
}

/* ---- all ---- */

static const struct finding_view {
    writer *params, *evidence; /* NULL: none */
} views[] = {
    [JOURNAL_FOUND_SIG_REWRITTEN] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_OTHER_SECRET] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_SECRET_SPACES] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_NEWLINE] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_CRLF] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_SHA1] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_HEX] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_MALFORMED] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_MISSING] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SIG_UNKNOWN] = {signature_params, signature_evidence},
    [JOURNAL_FOUND_SET_ASIDE] = {bot_params, bot_evidence},
    [JOURNAL_FOUND_BOT_UNREACHABLE] = {bot_params, bot_evidence},
    [JOURNAL_FOUND_BOT_ERROR] = {bot_params, bot_evidence},
    [JOURNAL_FOUND_BOT_REDIRECT] = {redirect_params, NULL},
    [JOURNAL_FOUND_BOT_LATE_STRICT] = {late_params, NULL},
    [JOURNAL_FOUND_BOT_LATE] = {late_params, NULL},
    [JOURNAL_FOUND_TOKEN_EXPIRED] = {token_params, NULL},
    [JOURNAL_FOUND_BODY_NOT_JSON] = {content_type_params, not_json_evidence},
    [JOURNAL_FOUND_CHARSET] = {content_type_params, not_json_evidence},
    [JOURNAL_FOUND_EVENT_DUPLICATE] = {duplicate_params, NULL},
    [JOURNAL_FOUND_EVENT_REDELIVERED] = {redelivered_params, NULL},
    [JOURNAL_FOUND_KEPT_LONG] = {kept_params, NULL},
    [JOURNAL_FOUND_EMPTY_EVENTS] = {NULL, NULL},
    [JOURNAL_FOUND_SIG_PREVIOUS_SECRET] = {signature_params, NULL},
    [JOURNAL_FOUND_DESTINATION_OTHER] = {NULL, NULL},
    [JOURNAL_FOUND_TOKEN_USED] = {token_used_params, NULL},
    [JOURNAL_FOUND_TOKEN_UNKNOWN] = {token_unknown_params, NULL},
    [JOURNAL_FOUND_API_REFUSED] = {refused_params, refused_evidence},
    [JOURNAL_FOUND_API_RATE] = {rate_params, NULL},
    [JOURNAL_FOUND_ACCEPTS_BAD_SIGNATURE] = {bot_params, NULL},
};
_Static_assert(sizeof(views) / sizeof(views[0]) == JOURNAL_FINDINGS,
               "a finding without a line");

static const char *severity_of(enum journal_finding f)
{
    switch (journal_insight_severity(f)) {
    case JOURNAL_BAD:
        return "bad";
    case JOURNAL_WARN:
        return "warn";
    case JOURNAL_INFO:
        break;
    }
    return "info";
}

static void finding_object(struct json_writer *w, const struct view *v, enum journal_finding f)
{
    json_writer_object(w);
    json_writer_member_text(w, "code", journal_insight_finding_code(f));
    json_writer_member_text(w, "severity", severity_of(f));
    json_writer_key(w, "params");
    json_writer_object(w);
    if (views[f].params)
        views[f].params(w, v);
    json_writer_object_end(w);
    json_writer_key(w, "evidence");
    json_writer_array(w);
    if (views[f].evidence)
        views[f].evidence(w, v);
    json_writer_array_end(w);
    exchange_finding_fix_member(w, v->d->row, f);
    json_writer_object_end(w);
}

void exchange_finding_json_member(struct json_writer *w, const struct exchange_detail *d,
                                  const struct exchange_signature *s)
{
    const struct view v = {d, s};

    uint64_t left = d->row->findings;
    enum journal_finding f;

    json_writer_key(w, "findings");
    json_writer_array(w);
    while (journal_insight_next(&left, &f))
        finding_object(w, &v, f);
    json_writer_array_end(w);
}

static bool has_found(const struct journal_row *row, enum journal_finding f)
{
    return (row->findings >> f & 1u) != 0;
}

void exchange_finding_json_fine(struct json_writer *w, const struct exchange_detail *d)
{
    const struct journal_row *row = d->row;
    bool has_bot = row->bot_status > 0;
    bool is_late = (row->flags & JOURNAL_FLAG_LATE) != 0;
    bool has_events = row->events_len > 0;
    const struct {
        bool is_fine;
        const char *code;
    } all[] = {
        {row->verdict == VERDICT_VALID, "signature"},
        {row->webhook && !has_found(row, JOURNAL_FOUND_BODY_NOT_JSON), "body_json"},
        {row->webhook && !has_found(row, JOURNAL_FOUND_CHARSET), "charset"},
        {has_events && row->duplicate_of == 0, "event_new"},
        {has_bot && row->bot_status <= 299, "bot_answered"},
        {has_bot && row->has_took && !is_late, "bot_in_time"},
        {has_bot && row->has_reply_token && row->replay_of == 0 &&
             !has_found(row, JOURNAL_FOUND_TOKEN_EXPIRED),
         "token_live"},
    };

    json_writer_key(w, "fine");
    json_writer_array(w);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (all[i].is_fine)
            json_writer_text(w, all[i].code);
    json_writer_array_end(w);
}
