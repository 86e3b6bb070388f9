/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "tests/unit/support/reading_rig.h"

/* Every way in which a webhook may stand, in its row and its details. */

static struct reading_rig rig;

static void begin(const struct journal_answer *changed)
{
    struct journal_answer a = *changed;

    reading_rig_begin(&rig);
    a.exchange = reading_rig_store(&rig, "d1", journal_rig_body("E1", "x"));
    journal_rig_store_answer(&rig.journal, &a);
    reading_rig_start(&rig);
    reading_rig_exchange(&rig, a.exchange);
}

static void check(const char *path, const char *json)
{
    reading_rig_check(&rig, path, json);
}

/* The guard answered, the bot 2.5 s later. */
static struct journal_answer guarded(void)
{
    struct journal_answer a = journal_rig_answer(0);

    a.by = JOURNAL_BY_GUARD;
    a.handler_us = 4000000;
    a.answered_us = 1500000;
    a.attempts = 1;
    return a;
}

static struct journal_answer unreachable(void)
{
    struct journal_answer a = guarded();

    a.head = NULL;
    a.body = SPAN("");
    a.cause = "";
    a.outcome = JOURNAL_PENDING;
    a.is_unreachable = true;
    a.error = "connection refused";
    return a;
}

static void test_late(void)
{
    const struct journal_answer a = guarded();

    begin(&a);
    check("state", "\"done\"");
    check("answered_by", "\"guard\"");
    check("flags", "[\"late\",\"problem\"]");
    check("took_ms", "4040");
    check("line_ms", "1540");
    check("worst_finding", "\"bot_late\"");
    check("answer_mode", "\"guard\"");
    check("line_response", "{\"status\":200,\"by\":\"guard\",\"same\":false}");
    check("line_record", "\"OK\"");
    check("line_record_without", "\"request_timeout\"");
    check("timings.line_answered", "{\"at\":1540,\"clock\":\"relay\"}");
    check("findings[0].params",
          "{\"took_ms\":4040,\"limit_ms\":2000,\"guard_ms\":1500,\"answered_by\":\"guard\","
          "\"line_record\":\"OK\",\"line_record_without\":\"request_timeout\"}");
    check("findings[0].fix", "{\"kind\":\"text\",\"value\":\"answer_first\"}");
    reading_rig_end(&rig);
}

static void test_now(void)
{
    struct journal_answer a = guarded();

    a.is_now = true;
    begin(&a);
    check("answered_by", "\"now\"");
    check("answer_mode", "\"now\"");
    reading_rig_end(&rig);
}

static void test_strict(void)
{
    struct journal_answer a = guarded();

    a.by = JOURNAL_BY_BOT;
    a.answered_us = 4000000;
    begin(&a);
    check("answered_by", "\"bot\"");
    check("worst_finding", "\"bot_late_strict\"");
    check("findings[0].severity", "\"bad\"");
    check("line_record", "\"request_timeout\"");
    reading_rig_end(&rig);
}

static void test_refused(void)
{
    const struct journal_answer a = {.verdict = VERDICT_INVALID,
                                     .provider = "line",
                                     .secret_label = "",
                                     .explanation = "",
                                     .cause = "sig_hex",
                                     .handler = "hookline",
                                     .status = 401,
                                     .by = JOURNAL_BY_AGENT,
                                     .error = ""};

    begin(&a);
    check("verdict", "\"invalid\"");
    check("answered_by", "\"refused\"");
    check("worst_finding", "\"sig_hex\"");
    check("bot_response", "null");
    check("line_response", "{\"status\":401,\"by\":\"refused\",\"same\":false}");
    check("timings.called", "null");
    reading_rig_end(&rig);
}

static void test_retrying(void)
{
    struct journal_answer a = unreachable();

    a.next_ms = JOURNAL_RIG_NOW_MS + 5000;
    begin(&a);
    check("state", "\"retrying\"");
    check("next_try_at", "1795894310000");
    check("worst_finding", "\"bot_unreachable\"");
    check("bot_error", "\"connection refused\"");
    check("findings[0].params.address", "\"http://127.0.0.1:8000/callback\"");
    check("findings[0].params.next_try_at", "1795894310000");
    check("findings[0].fix", "{\"kind\":\"action\",\"value\":\"retry\"}");
    check("findings[0].evidence", "[{\"kind\":\"text\",\"label\":\"error\","
                                  "\"text\":\"connection refused\"}]");
    check("line_record_without", "\"could_not_connect\"");
    reading_rig_end(&rig);
}

/* The guard has answered, and the bot still has it for the first time. */
static void test_guarded_and_under_way(void)
{
    struct journal_answer a = unreachable();

    a.attempts = 0;
    a.error = "";
    a.is_unreachable = false;
    begin(&a);
    check("state", "\"running\"");
    check("line_status", "200");
    check("findings", "[]");
    reading_rig_end(&rig);
}

static void test_set_aside(void)
{
    struct journal_answer a = unreachable();

    a.outcome = JOURNAL_ASIDE;
    a.attempts = a.crashes = 3;
    begin(&a);
    check("state", "\"set_aside\"");
    check("delivery", "{\"id\":\"d1\",\"attempts\":3,\"crashes\":3}");
    check("findings[0].code", "\"set_aside\"");
    check("findings[0].fix", "{\"kind\":\"command\",\"value\":\"hookline retry 1\"}");
    reading_rig_end(&rig);
}

static void test_dropped(void)
{
    struct journal_answer a = unreachable();

    a.outcome = JOURNAL_DROPPED;
    begin(&a);
    check("state", "\"dropped\"");
    check("findings[0].fix", "{\"kind\":\"text\",\"value\":\"start_bot\"}");
    reading_rig_end(&rig);
}

static void test_kept(void)
{
    struct journal_request r = journal_rig_request("d1", journal_rig_body("E1", "x"));
    struct journal_answer a = journal_rig_answer(0);

    reading_rig_begin(&rig);
    r.answered = 200;
    r.received_ms = JOURNAL_RIG_NOW_MS - 240000;
    a.exchange = reading_rig_record(&rig, &r);
    a.by = JOURNAL_BY_INBOX;
    a.attempts = 1;
    journal_rig_store_answer(&rig.journal, &a);
    reading_rig_start(&rig);
    reading_rig_exchange(&rig, a.exchange);
    check("answered_by", "\"kept\"");
    check("kept_ms", "240000");
    check("flags", "[\"kept\"]");
    check("timings.arrived.at", "240000");
    check("findings[0].code", "\"token_expired\"");
    check("findings[0].params.after_ms", "240000");
    check("findings[1]", "{\"code\":\"kept_long\",\"severity\":\"info\",\"params\":{"
                         "\"kept_ms\":240000},\"evidence\":[],\"fix\":{\"kind\":\"text\","
                         "\"value\":\"push\"}}");
    check("events[0].reply_token.expires_at", "1795894125000");
    check("line_record_without", "\"could_not_connect\"");
    reading_rig_end(&rig);
}

static void test_repeated(void)
{
    struct journal_answer a = journal_rig_answer(0);

    reading_rig_begin(&rig);
    (void)reading_rig_store(&rig, "d1", journal_rig_body("E1", "x"));
    a.exchange = reading_rig_store(&rig, "d2", journal_rig_body("E1", "x"));
    a.by = JOURNAL_BY_AGENT;
    a.head = NULL;
    a.handler = "hookline";
    journal_rig_store_answer(&rig.journal, &a);
    reading_rig_start(&rig);
    reading_rig_exchange(&rig, a.exchange);
    check("answered_by", "\"duplicate\"");
    check("duplicate_of", "\"1\"");
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_late), TEST(test_now), TEST(test_strict), TEST(test_refused),
           TEST(test_retrying), TEST(test_guarded_and_under_way), TEST(test_set_aside),
           TEST(test_dropped), TEST(test_kept), TEST(test_repeated))
