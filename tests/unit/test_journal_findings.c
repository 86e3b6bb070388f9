#include "relay-client/journal/insight/journal_findings.h"

#include "tests/unit/check.h"

#define F(name) (UINT64_C(1) << JOURNAL_FOUND_##name)
#define ARRIVED 1795894305000u

/* A webhook that the bot has answered with 200 after 40 ms. */
static struct journal_row good(void)
{
    return (struct journal_row){
        .id = 7,
        .received_ms = ARRIVED - 20,
        .arrived_ms = ARRIVED,
        .webhook = true,
        .answered = true,
        .verdict = VERDICT_VALID,
        .status = 200,
        .by = JOURNAL_BY_BOT,
        .answered_us = 41000,
        .bot_status = 200,
        .outcome = JOURNAL_FINAL,
        .attempts = 1,
        .stored_us = 900,
        .called_us = 1000,
        .handler_us = 40000,
        .total_us = 42000,
        .error = SPAN(""),
    };
}

static struct journal_row failed(enum journal_outcome outcome, const char *error)
{
    struct journal_row row = good();

    row.by = JOURNAL_BY_GUARD;
    row.bot_status = 0;
    row.handler_us = 0;
    row.outcome = outcome;
    row.error = span_text(error);
    return row;
}

static void check(struct journal_row row, const char *cause, uint32_t flags, uint64_t findings)
{
    journal_findings_derive(&row, span_text(cause));
    CHECK_EQ(row.flags, flags);
    CHECK_EQ(row.findings, findings);
}

static void test_good(void)
{
    struct journal_row row = good();

    check(row, "", 0, 0);
    journal_findings_derive(&row, SPAN(""));
    CHECK(row.has_took && row.has_line);
    CHECK_EQ(row.took_us, 60000);
    CHECK_EQ(row.line_us, 61000);
    CHECK_EQ(row.kept_ms, 0);
}

/* A relay whose clock is an hour behind ours does not make the bot slow. */
static void test_clocks(void)
{
    struct journal_row row = good();

    row.received_ms = ARRIVED - 3600000;
    journal_findings_derive(&row, SPAN(""));
    CHECK_EQ(row.took_us, 40000);
    CHECK_EQ(row.flags, 0);
    row = good();
    row.received_ms = ARRIVED + 5;
    journal_findings_derive(&row, SPAN(""));
    CHECK_EQ(row.took_us, 40000);
    row = good();
    row.received_ms = ARRIVED - JOURNAL_FINDINGS_TRANSIT_MS;
    journal_findings_derive(&row, SPAN(""));
    CHECK_EQ(row.took_us, 10040000);
}

static void test_late(void)
{
    struct journal_row row = good();

    row.handler_us = JOURNAL_FINDINGS_LATE_US;
    check(row, "", 0, 0);
    row.handler_us++;
    row.by = JOURNAL_BY_GUARD;
    check(row, "", JOURNAL_FLAG_LATE | JOURNAL_FLAG_PROBLEM, F(BOT_LATE));
    row.by = JOURNAL_BY_BOT;
    row.answered_us = JOURNAL_FINDINGS_TIMEOUT_US;
    check(row, "", JOURNAL_FLAG_LATE | JOURNAL_FLAG_PROBLEM, F(BOT_LATE));
    row.answered_us++;
    check(row, "", JOURNAL_FLAG_LATE | JOURNAL_FLAG_PROBLEM, F(BOT_LATE_STRICT));
    row.by = JOURNAL_BY_NOBODY;
    row.answered_us = 0;
    check(row, "", JOURNAL_FLAG_LATE | JOURNAL_FLAG_PROBLEM, F(BOT_LATE_STRICT));
    row.replay_of = 3;
    check(row, "", JOURNAL_FLAG_LATE | JOURNAL_FLAG_PROBLEM | JOURNAL_FLAG_REPLAY, F(BOT_LATE));
}

static void test_bot(void)
{
    struct journal_row row = good();

    row.bot_status = row.status = 404;
    check(row, "", JOURNAL_FLAG_PROBLEM, F(BOT_ERROR));
    row.bot_status = row.status = 302;
    check(row, "", JOURNAL_FLAG_PROBLEM, F(BOT_REDIRECT));
    row = failed(JOURNAL_PENDING, "connection refused");
    row.is_unreachable = true;
    check(row, "", JOURNAL_FLAG_PENDING | JOURNAL_FLAG_PROBLEM, F(BOT_UNREACHABLE));
    row.is_unreachable = false;
    check(row, "", JOURNAL_FLAG_PENDING | JOURNAL_FLAG_PROBLEM, F(BOT_ERROR));
    row.crashes = 1; /* our own fault */
    check(row, "", JOURNAL_FLAG_PENDING, 0);
    row = failed(JOURNAL_ASIDE, "set aside");
    check(row, "", JOURNAL_FLAG_PENDING | JOURNAL_FLAG_ASIDE | JOURNAL_FLAG_PROBLEM,
          F(SET_ASIDE) | F(BOT_ERROR));
    row = failed(JOURNAL_DROPPED, "");
    row.attempts = 0;
    check(row, "", JOURNAL_FLAG_LOST, 0);
    /* found nobody at first, and was tried again with success */
    row = good();
    row.is_unreachable = true;
    row.attempts = 2;
    check(row, "", 0, 0);
}

static void test_plain(void)
{
    struct journal_row row = good();

    row.webhook = false;
    row.verdict = VERDICT_UNCHECKED;
    check(row, "", JOURNAL_FLAG_PASS, 0);
    row.verdict = VERDICT_MISSING;
    check(row, "", JOURNAL_FLAG_PASS, 0);
    row.bot_status = 0;
    row.by = JOURNAL_BY_AGENT;
    row.status = 502;
    row.error = SPAN("connection refused");
    check(row, "", JOURNAL_FLAG_PASS | JOURNAL_FLAG_PROBLEM, F(BOT_UNREACHABLE));
    row.status = 403;
    check(row, "", JOURNAL_FLAG_PASS, 0);
    row.answer_truncated = true;
    check(row, "", JOURNAL_FLAG_PASS | JOURNAL_FLAG_TRUNCATED, 0);
}

static void test_signature(void)
{
    static const struct {
        enum verdict verdict;
        const char *cause;
        uint64_t findings;
    } table[] = {
        {VERDICT_INVALID, "", F(SIG_UNKNOWN)},
        {VERDICT_INVALID, "no such code", F(SIG_UNKNOWN)},
        {VERDICT_INVALID, "sig_rewritten", F(SIG_REWRITTEN)},
        {VERDICT_INVALID, "sig_other_secret", F(SIG_OTHER_SECRET)},
        {VERDICT_INVALID, "sig_secret_spaces", F(SIG_SECRET_SPACES)},
        {VERDICT_INVALID, "sig_newline", F(SIG_NEWLINE)},
        {VERDICT_INVALID, "sig_crlf", F(SIG_CRLF)},
        {VERDICT_INVALID, "sig_sha1", F(SIG_SHA1)},
        {VERDICT_INVALID, "sig_hex", F(SIG_HEX)},
        {VERDICT_INVALID, "sig_malformed", F(SIG_MALFORMED)},
        {VERDICT_INVALID, "sig_unknown", F(SIG_UNKNOWN)},
        {VERDICT_INVALID, "destination_other", F(DESTINATION_OTHER)},
        {VERDICT_MISSING, "sig_missing", F(SIG_MISSING)},
        {VERDICT_MISSING, "", F(SIG_MISSING)},
        {VERDICT_VALID, "sig_previous_secret", F(SIG_PREVIOUS_SECRET)},
        {VERDICT_VALID, "sig_rewritten", 0}, /* nonsense */
        {VERDICT_UNCHECKED, "sig_rewritten", 0},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct journal_row row = good();
        uint64_t bad = table[i].findings & ~(F(SIG_PREVIOUS_SECRET) | F(DESTINATION_OTHER));

        row.verdict = table[i].verdict;
        row.attempts = row.bot_status = 0;
        row.by = JOURNAL_BY_AGENT;
        check(row, table[i].cause, bad ? JOURNAL_FLAG_PROBLEM : 0, table[i].findings);
    }
}

static void test_kept(void)
{
    struct journal_row row = good();

    row.was_answered = true;
    row.by = JOURNAL_BY_INBOX;
    row.answered_us = 0;
    row.received_ms = ARRIVED - JOURNAL_FINDINGS_LONG_MS;
    check(row, "", JOURNAL_FLAG_KEPT, 0);
    journal_findings_derive(&row, SPAN(""));
    CHECK_EQ(row.kept_ms, JOURNAL_FINDINGS_LONG_MS);
    CHECK(!row.has_line);
    row = good();
    row.was_answered = true;
    row.received_ms = ARRIVED - JOURNAL_FINDINGS_LONG_MS - 1;
    check(row, "", JOURNAL_FLAG_KEPT, F(KEPT_LONG));
    row.has_reply_token = true;
    check(row, "", JOURNAL_FLAG_KEPT, F(KEPT_LONG) | F(TOKEN_EXPIRED));
    /* the bot took its time, but not longer than LINE would have waited */
    row.has_reply_token = false;
    row.called_us = 90000000;
    row.handler_us = row.called_us + JOURNAL_FINDINGS_LATE_US;
    check(row, "", JOURNAL_FLAG_KEPT, F(KEPT_LONG));
    row.handler_us++;
    check(row, "", JOURNAL_FLAG_KEPT | JOURNAL_FLAG_LATE | JOURNAL_FLAG_PROBLEM,
          F(KEPT_LONG) | F(BOT_LATE));
}

static void test_token(void)
{
    struct journal_row row = good();

    row.has_reply_token = true;
    row.called_us = 60000000;
    row.handler_us = 0;
    row.event_ms = ARRIVED - 1000;
    check(row, "", 0, 0);
    row.called_us += 1000;
    check(row, "", 0, F(TOKEN_EXPIRED));
    row.replay_of = 3; /* of a replay nothing else is expected */
    check(row, "", JOURNAL_FLAG_REPLAY, 0);
    row = failed(JOURNAL_PENDING, ""); /* not handed over yet */
    row.has_reply_token = true;
    row.called_us = 99000000;
    check(row, "", JOURNAL_FLAG_PENDING, 0);
}

static void test_running(void)
{
    struct journal_row row = {.webhook = true, .outcome = JOURNAL_PENDING};

    check(row, "", JOURNAL_FLAG_RUNNING | JOURNAL_FLAG_PENDING, 0);
    row.replay_of = 2;
    row.outcome = JOURNAL_FINAL;
    check(row, "", JOURNAL_FLAG_RUNNING | JOURNAL_FLAG_REPLAY, 0);
    row = (struct journal_row){.flags = JOURNAL_FLAG_IMPORTED};
    check(row, "", JOURNAL_FLAG_IMPORTED, 0);
}

/* What was known stays, what was derived earlier does not. */
static void test_lasting(void)
{
    uint32_t lasting = JOURNAL_FLAG_IMPORTED | JOURNAL_FLAG_REDELIVERY | JOURNAL_FLAG_PINNED |
                       JOURNAL_FLAG_NOTE | JOURNAL_FLAG_MULTI | JOURNAL_FLAG_VERIFY |
                       JOURNAL_FLAG_WITHDRAWN | JOURNAL_FLAG_SIMULATED;
    uint64_t found = F(BODY_NOT_JSON) | F(CHARSET) | F(EVENT_REDELIVERED) | F(EMPTY_EVENTS);
    struct journal_row row = good();

    row.flags = (1u << JOURNAL_FLAGS) - 1;
    row.findings = (UINT64_C(1) << JOURNAL_FINDINGS) - 1;
    check(row, "", lasting, found);
    row.by = JOURNAL_BY_GUARD;
    check(row, "", lasting | JOURNAL_FLAG_NOW, found);
    row = good();
    row.duplicate_of = 3;
    check(row, "", JOURNAL_FLAG_DUPLICATE, F(EVENT_DUPLICATE));
}

/* ---- the content ---- */

static void check_read(const char *body, const char *content_type, uint32_t flags,
                       uint64_t findings)
{
    struct journal_row row = {0};
    struct line_batch batch;
    struct journal_findings_content c = {&batch, span_text(body), span_text(content_type)};

    CHECK_EQ(line_batch_parse(&batch, span_text(body)), OK);
    journal_findings_read(&row, &c);
    CHECK_EQ(row.flags, flags);
    CHECK_EQ(row.findings, findings);
    line_batch_fini(&batch);
}

#define EVENT(more) "{\"type\":\"follow\",\"source\":{\"type\":\"user\"}" more "}"
#define AGAIN       ",\"deliveryContext\":{\"isRedelivery\":true}"
#define LINE(list)  "{\"destination\":\"U1\",\"events\":[" list "]}"

static void test_content(void)
{
    const char *json = "application/json; charset=utf-8";

    check_read(LINE(EVENT("")), json, 0, 0);
    check_read(LINE(EVENT("") "," EVENT("")), json, JOURNAL_FLAG_MULTI, 0);
    check_read(LINE(EVENT("") "," EVENT(AGAIN)), json,
               JOURNAL_FLAG_MULTI | JOURNAL_FLAG_REDELIVERY, F(EVENT_REDELIVERED));
    check_read(LINE(""), json, JOURNAL_FLAG_VERIFY, F(EMPTY_EVENTS));
    check_read("{\"action\":\"opened\"}", json, 0, 0);
    check_read("{", json, 0, F(BODY_NOT_JSON));
    check_read("", "", 0, F(BODY_NOT_JSON));
    check_read("payload=%7B%7D", "application/x-www-form-urlencoded", 0, 0);
    check_read("{}", "application/json; charset=Shift_JIS", 0, F(CHARSET));
    check_read("{}", "application/json; Charset=\"big5\"; x=1", 0, F(CHARSET));
    check_read("{}", "application/json; CHARSET=\"UTF-8\"", 0, 0);
    check_read("{}", "application/json;charset=utf8", 0, 0);
    check_read("{\"a\":\"\x93\xfa\"}", "application/json", 0, F(BODY_NOT_JSON) | F(CHARSET));
}

/* ---- words ---- */

static void test_words(void)
{
    enum journal_finding f;
    unsigned flags = 0;

    for (unsigned i = 0; i < JOURNAL_FINDINGS; i++) {
        const char *code = journal_insight_finding_code((enum journal_finding)i);

        CHECK(journal_insight_finding_parse(span_text(code), &f));
        CHECK_EQ(f, i);
        CHECK_EQ(journal_insight_worst(UINT64_C(1) << i), i);
    }
    CHECK(!journal_insight_finding_parse(SPAN("late"), &f));
    CHECK(!journal_insight_finding_parse(SPAN(""), &f));
    CHECK_EQ(journal_insight_worst(0), JOURNAL_FINDINGS);
    CHECK_EQ(journal_insight_worst(F(BOT_LATE) | F(CHARSET)), JOURNAL_FOUND_BOT_LATE);
    CHECK_EQ(journal_insight_worst(F(BOT_LATE) | F(TOKEN_USED)), JOURNAL_FOUND_TOKEN_USED);
    uint64_t all = (UINT64_C(1) << JOURNAL_FINDINGS) - 1;
    enum journal_severity before = JOURNAL_BAD;
    for (unsigned i = 0; i < JOURNAL_FINDINGS; i++) { /* worse ones first */
        CHECK(journal_insight_next(&all, &f) && journal_insight_severity(f) >= before);
        before = journal_insight_severity(f);
    }
    CHECK(!journal_insight_next(&all, &f));
    for (unsigned i = 0; i < JOURNAL_FLAGS + 3; i++)
        flags += journal_insight_flag_code(i) != NULL;
    CHECK_EQ(flags, 16);
    CHECK_STR(journal_insight_flag_code(0), "late");
    CHECK_STR(journal_insight_flag_code(15), "withdrawn");
    CHECK_STR(journal_insight_flag_code(19), "simulated");
    CHECK(!journal_insight_flag_code(18) && !journal_insight_flag_code(7));
}

CHECK_MAIN(TEST(test_good), TEST(test_clocks), TEST(test_late), TEST(test_bot),
           TEST(test_plain), TEST(test_signature), TEST(test_kept), TEST(test_token),
           TEST(test_running), TEST(test_lasting), TEST(test_content), TEST(test_words))
