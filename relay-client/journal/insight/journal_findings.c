#include "relay-client/journal/insight/journal_findings.h"

#include "base/text.h"
#include "codec/line/line_reply_token.h"

/* What journal_findings_derive leaves alone. */
#define LASTING_FLAGS                                                                          \
    ((uint32_t)JOURNAL_FLAG_IMPORTED | JOURNAL_FLAG_REDELIVERY | JOURNAL_FLAG_PINNED |         \
     JOURNAL_FLAG_NOTE | JOURNAL_FLAG_MULTI | JOURNAL_FLAG_VERIFY | JOURNAL_FLAG_WITHDRAWN |   \
     JOURNAL_FLAG_NOW | JOURNAL_FLAG_SIMULATED)

#define BIT(finding) (UINT64_C(1) << (finding))
#define LASTING_FINDINGS                                                                       \
    (BIT(JOURNAL_FOUND_BODY_NOT_JSON) | BIT(JOURNAL_FOUND_CHARSET) |                           \
     BIT(JOURNAL_FOUND_EVENT_REDELIVERED) | BIT(JOURNAL_FOUND_EMPTY_EVENTS))

static void set_flag(struct journal_row *row, enum journal_flag flag, bool is_set)
{
    if (is_set)
        row->flags |= (uint32_t)flag;
}

static void set_found(struct journal_row *row, enum journal_finding finding, bool is_set)
{
    if (is_set)
        row->findings |= BIT(finding);
}

static bool has_flag(const struct journal_row *row, enum journal_flag flag)
{
    return (row->flags & (uint32_t)flag) != 0;
}

/* ---- the content ---- */

static size_t find_nocase(struct span s, struct span part)
{
    for (size_t at = 0; at + part.len <= s.len; at++)
        if (span_is_nocase(span_slice(s, at, at + part.len), part))
            return at;
    return s.len;
}

/* The value of a parameter `charset`, without its quotes, or empty (RFC 9110 8.3.1). */
static struct span charset_of(struct span content_type)
{
    size_t at = find_nocase(content_type, SPAN("charset="));

    if (at == content_type.len)
        return SPAN("");
    struct span value = span_slice(content_type, at + SPAN("charset=").len, content_type.len);
    if (span_starts(value, SPAN("\"")))
        value = span_slice(value, 1, value.len);
    size_t len = 0;
    while (len < value.len && value.ptr[len] != ';' && value.ptr[len] != '"' &&
           value.ptr[len] != ' ')
        len++;
    return span_slice(value, 0, len);
}

static bool is_other_charset(struct span content_type)
{
    struct span charset = charset_of(content_type);

    return charset.len > 0 && !span_is_nocase(charset, SPAN("utf-8")) &&
           !span_is_nocase(charset, SPAN("utf8"));
}

/* Others than LINE may send forms. */
static bool should_be_json(struct span content_type)
{
    return content_type.len == 0 || find_nocase(content_type, SPAN("json")) < content_type.len;
}

void journal_findings_read(struct journal_row *row, const struct journal_findings_content *c)
{
    const struct line_batch *b = c->batch;
    bool is_verify = b->kind == LINE_BODY_LINE && b->events_total == 0;
    bool is_no_json = b->kind == LINE_BODY_NOT_JSON && should_be_json(c->content_type);
    bool is_redelivered = false;

    for (size_t i = 0; i < b->events_len; i++)
        is_redelivered |= b->events[i].is_redelivery;
    set_flag(row, JOURNAL_FLAG_MULTI, b->events_total > 1);
    set_flag(row, JOURNAL_FLAG_REDELIVERY, is_redelivered);
    set_flag(row, JOURNAL_FLAG_VERIFY, is_verify);
    set_found(row, JOURNAL_FOUND_EVENT_REDELIVERED, is_redelivered);
    set_found(row, JOURNAL_FOUND_EMPTY_EVENTS, is_verify);
    set_found(row, JOURNAL_FOUND_BODY_NOT_JSON, is_no_json);
    set_found(row, JOURNAL_FOUND_CHARSET,
              is_other_charset(c->content_type) || (is_no_json && !text_is_utf8(c->body)));
}

/* ---- times ---- */

static bool is_kept(const struct journal_row *row)
{
    return row->was_answered || row->by == JOURNAL_BY_INBOX;
}

static uint64_t transit_ms(const struct journal_row *row)
{
    uint64_t ms = row->received_ms > 0 && row->arrived_ms > row->received_ms
                      ? row->arrived_ms - row->received_ms
                      : 0;

    return is_kept(row) || ms <= JOURNAL_FINDINGS_TRANSIT_MS ? ms : 0;
}

static bool has_sender(const struct journal_row *row)
{
    return row->replay_of == 0 && !has_flag(row, JOURNAL_FLAG_IMPORTED) &&
           !has_flag(row, JOURNAL_FLAG_SIMULATED);
}

/* When the inbox answered is not known here. */
static bool find_answered(const struct journal_row *row, uint64_t *us)
{
    *us = row->answered_us;
    if (*us == 0 && (row->by == JOURNAL_BY_BOT || row->by == JOURNAL_BY_AGENT))
        *us = row->total_us; /* the first version did not say */
    return *us > 0 && has_sender(row) && row->by != JOURNAL_BY_INBOX &&
           row->by != JOURNAL_BY_NOBODY;
}

static void measure(struct journal_row *row)
{
    uint64_t transit_us = transit_ms(row) * 1000;

    row->kept_ms = is_kept(row) ? transit_ms(row) : 0;
    row->has_took = row->bot_status > 0;
    row->took_us = row->has_took ? row->handler_us + transit_us : 0;
    row->has_line = find_answered(row, &row->line_us);
    row->line_us = row->has_line ? row->line_us + transit_us : 0;
}

/* ---- the bot ---- */

/* By our clock alone; what waited in the inbox, from when the bot got it. */
static bool is_late(const struct journal_row *row)
{
    uint64_t called_us = row->called_us > 0 ? row->called_us : row->stored_us;
    uint64_t from_us = is_kept(row) && called_us < row->handler_us ? called_us : 0;

    return row->bot_status > 0 && row->handler_us - from_us > JOURNAL_FINDINGS_LATE_US;
}

/* The bot's own answer came too late for LINE. */
static bool is_late_for_sender(const struct journal_row *row)
{
    uint64_t us;

    if (!row->webhook || !has_sender(row) || is_kept(row))
        return false;
    return row->by == JOURNAL_BY_NOBODY ||
           (row->by == JOURNAL_BY_BOT && find_answered(row, &us) &&
            us > JOURNAL_FINDINGS_TIMEOUT_US);
}

/* Attempts that we did not survive say nothing of it. */
static bool has_failed(const struct journal_row *row)
{
    if (row->bot_status > 0 || row->error.len == 0)
        return false;
    return row->webhook ? row->attempts > row->crashes
                        : row->by == JOURNAL_BY_AGENT && row->status >= 500;
}

/* A simulation with a wrong signature, or without one: does the bot refuse it? */
static bool is_test_of_refusal(const struct journal_row *row)
{
    return has_flag(row, JOURNAL_FLAG_SIMULATED) && row->webhook &&
           (row->verdict == VERDICT_INVALID || row->verdict == VERDICT_MISSING);
}

static bool is_refused(const struct journal_row *row)
{
    return is_test_of_refusal(row) && row->bot_status >= 400 && row->bot_status <= 499;
}

static void judge_bot(struct journal_row *row)
{
    bool has_no_answer = has_failed(row);
    bool is_unreachable = has_no_answer && (row->is_unreachable || !row->webhook);
    bool is_strict = is_late(row) && is_late_for_sender(row);

    set_flag(row, JOURNAL_FLAG_LATE, is_late(row));
    set_found(row, JOURNAL_FOUND_SET_ASIDE, row->outcome == JOURNAL_ASIDE);
    set_found(row, JOURNAL_FOUND_BOT_UNREACHABLE, is_unreachable);
    set_found(row, JOURNAL_FOUND_BOT_ERROR,
              (row->bot_status >= 400 && !is_refused(row)) ||
                  (has_no_answer && !is_unreachable));
    set_found(row, JOURNAL_FOUND_ACCEPTS_BAD_SIGNATURE,
              is_test_of_refusal(row) && row->bot_status >= 200 && row->bot_status <= 299);
    set_found(row, JOURNAL_FOUND_BOT_REDIRECT,
              row->bot_status >= 300 && row->bot_status <= 399);
    set_found(row, JOURNAL_FOUND_BOT_LATE_STRICT, is_strict);
    set_found(row, JOURNAL_FOUND_BOT_LATE, is_late(row) && !is_strict);
}

/* ---- the rest ---- */

static void judge_signature(struct journal_row *row, struct span cause)
{
    enum journal_finding f = JOURNAL_FOUND_SIG_UNKNOWN;
    bool has_cause = journal_insight_finding_parse(cause, &f);

    switch (row->verdict) {
    case VERDICT_VALID:
        set_found(row, f, has_cause && journal_insight_severity(f) == JOURNAL_INFO);
        break;
    case VERDICT_INVALID:
        set_found(row, f, !is_test_of_refusal(row));
        break;
    case VERDICT_MISSING:
        set_found(row, JOURNAL_FOUND_SIG_MISSING, row->webhook && !is_test_of_refusal(row));
        break;
    case VERDICT_UNCHECKED:
        break;
    }
}

/* When the bot got it: line_record.h says the same to people. */
static bool is_token_dead(const struct journal_row *row)
{
    uint64_t us = row->called_us > 0 ? row->called_us : row->stored_us;
    bool has_been = row->bot_status > 0 || (row->outcome == JOURNAL_FINAL && row->attempts > 0);
    uint64_t receipt_ms =
        is_kept(row) && row->received_ms > 0 ? row->received_ms : row->arrived_ms;

    return row->has_reply_token && has_been && has_sender(row) &&
           line_reply_token_is_dead(row->event_ms, row->is_redelivery, receipt_ms,
                                    row->arrived_ms + us / 1000);
}

static void judge_events(struct journal_row *row)
{
    set_flag(row, JOURNAL_FLAG_DUPLICATE, row->duplicate_of > 0);
    set_found(row, JOURNAL_FOUND_EVENT_DUPLICATE, row->duplicate_of > 0);
    set_found(row, JOURNAL_FOUND_TOKEN_EXPIRED, is_token_dead(row));
    set_flag(row, JOURNAL_FLAG_KEPT, is_kept(row));
    set_found(row, JOURNAL_FOUND_KEPT_LONG, row->kept_ms > JOURNAL_FINDINGS_LONG_MS);
}

static void judge_fate(struct journal_row *row)
{
    bool is_delivery = row->webhook && has_sender(row);
    bool is_pending =
        !row->answered || row->outcome == JOURNAL_PENDING || row->outcome == JOURNAL_ASIDE;

    set_flag(row, JOURNAL_FLAG_REPLAY, row->replay_of > 0);
    set_flag(row, JOURNAL_FLAG_PASS, !row->webhook && has_sender(row));
    set_flag(row, JOURNAL_FLAG_RUNNING,
             !row->answered && !has_flag(row, JOURNAL_FLAG_IMPORTED));
    set_flag(row, JOURNAL_FLAG_PENDING, is_delivery && is_pending);
    set_flag(row, JOURNAL_FLAG_ASIDE, row->outcome == JOURNAL_ASIDE);
    set_flag(row, JOURNAL_FLAG_LOST, row->outcome == JOURNAL_DROPPED);
    set_flag(row, JOURNAL_FLAG_TRUNCATED, row->body_truncated || row->answer_truncated);
}

static bool is_problem(const struct journal_row *row)
{
    unsigned worst = journal_insight_worst(row->findings);

    return has_flag(row, JOURNAL_FLAG_LATE) || row->calls_found != 0 ||
           (worst < JOURNAL_FINDINGS &&
            journal_insight_severity((enum journal_finding)worst) == JOURNAL_BAD);
}

void journal_findings_derive(struct journal_row *row, struct span cause)
{
    row->flags &= LASTING_FLAGS;
    row->findings &= LASTING_FINDINGS;
    if (row->by != JOURNAL_BY_GUARD)
        row->flags &= ~(uint32_t)JOURNAL_FLAG_NOW;
    measure(row);
    judge_signature(row, cause);
    judge_bot(row);
    judge_events(row);
    judge_fate(row);
    row->findings |= row->calls_found;
    set_flag(row, JOURNAL_FLAG_PROBLEM, is_problem(row));
}
