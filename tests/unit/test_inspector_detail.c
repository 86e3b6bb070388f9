/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "base/base64.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "relay-client/inspector/exchanges/exchange_evidence_json.h"
#include "tests/unit/support/reading_rig.h"

/* One exchange with everything: what happened, and what is wrong with it. */

static struct reading_rig rig;

static void get(uint64_t id)
{
    reading_rig_exchange(&rig, id);
}

static void check(const char *path, const char *json)
{
    reading_rig_check(&rig, path, json);
}

/* ---- facts ---- */

static void test_facts(void)
{
    reading_rig_begin(&rig);
    uint64_t id = reading_rig_store(&rig, "d1", journal_rig_body("E1", "x"));
    struct journal_answer a = journal_rig_answer(id);
    a.by = JOURNAL_BY_BOT;
    a.attempts = 2;
    a.called_us = 1000;
    a.answered_us = 12500;
    a.error = "the first attempt broke off";
    journal_rig_store_answer(&rig.journal, &a);
    reading_rig_start(&rig);
    get(id);
    check("id", "\"1\"");
    check("delivery", "{\"id\":\"d1\",\"attempts\":2,\"crashes\":0}");
    check("handler", "\"http://127.0.0.1:8000/callback\"");
    check("line_response", "{\"status\":200,\"by\":\"bot\",\"same\":true}");
    check("bot_error", "\"the first attempt broke off\"");
    check("timings", "{\"received\":{\"at\":0,\"clock\":\"relay\"},"
                     "\"arrived\":{\"at\":40,\"clock\":\"agent\"},"
                     "\"stored\":{\"at\":40.9,\"clock\":\"agent\"},"
                     "\"called\":{\"at\":41,\"clock\":\"agent\"},"
                     "\"bot_done\":{\"at\":52,\"clock\":\"agent\"},"
                     "\"line_answered\":{\"at\":52.5,\"clock\":\"agent\"}}");
    check("secret_label", "\"secret 1\"");
    check("provider", "\"line\"");
    check("answer_mode", "null");
    check("line_record", "\"OK\"");
    check("line_record_without", "null");
    check("client_ip", "\"147.92.150.194\"");
    check("note_text", "\"\"");
    check("replays", "[]");
    check("findings", "[]");
    check("tried", "[]");
    check("fine", "[\"signature\",\"body_json\",\"charset\",\"event_new\",\"bot_answered\","
                  "\"bot_in_time\",\"token_live\"]");
    CHECK_EQ(reading_rig_len(&rig, ""), 24 + 20);
    reading_rig_end(&rig);
}

static void test_under_way(void)
{
    reading_rig_begin(&rig);
    uint64_t id = reading_rig_store(&rig, "d1", "{\"events\":[]}");
    reading_rig_start(&rig);
    get(id);
    check("state", "\"running\"");
    check("line_response", "null");
    check("bot_response", "null");
    check("bot_error", "null");
    check("handler", "null");
    check("provider", "null");
    check("timings.called", "null");
    check("timings.bot_done", "null");
    check("timings.line_answered", "null");
    check("line_record", "null");
    check("findings[0].code", "\"empty_events\"");
    check("findings[0].severity", "\"info\"");
    check("findings[0].fix", "null");
    reading_rig_refused(&rig, "/api/exchanges/1/response/body", 404, "not_found");
    reading_rig_refused(&rig, "/api/exchanges/1/response/raw", 404, "not_found");
    reading_rig_end(&rig);
}

static void test_not_found(void)
{
    static const char *const ids[] = {"2", "999999999999999999"};
    static const char *const no_ids[] = {"0", "01", "x", "-1", "1000000000000000000"};
    static const char *const parts[] = {"", "/request/body", "/request/raw", "/response/body",
                                        "/response/raw"};
    char target[80];

    reading_rig_begin(&rig);
    /* that begins like a number which is not there */
    CHECK_EQ(reading_rig_store(&rig, "200000000", "{}"), 1);
    reading_rig_start(&rig);
    for (size_t i = 0; i < 7; i++)
        for (size_t part = 0; part < 5; part++) {
            (void)snprintf(target, sizeof(target), "/api/exchanges/%s%s",
                           i < 2 ? ids[i] : no_ids[i - 2], parts[part]);
            reading_rig_refused(&rig, target, i < 2 ? 404 : 400,
                                i < 2 ? "not_found" : "bad_request");
        }
    reading_rig_refused(&rig, "/api/compare?a=1", 400, "bad_request");
    reading_rig_refused(&rig, "/api/compare?a=1&b=7", 404, "not_found");
    reading_rig_end(&rig);
}

static void test_replays(void)
{
    reading_rig_begin(&rig);
    uint64_t id = reading_rig_store(&rig, "d1", journal_rig_body("E1", "x"));
    struct journal_request r = journal_rig_request("d2", journal_rig_body("E1", "x"));
    r.replay_of = id;
    (void)reading_rig_record(&rig, &r);
    r = journal_rig_request("d3", journal_rig_body("E1", "x"));
    r.replay_of = id;
    uint64_t last = reading_rig_record(&rig, &r);
    reading_rig_answer(&rig, last);
    reading_rig_start(&rig);
    get(id);
    CHECK_EQ(reading_rig_len(&rig, "replays"), 2);
    check("replays[0].id", "\"2\"");
    check("replays[1].id", "\"3\"");
    check("replays[1].parent", "\"1\"");
    get(last);
    check("kind", "\"replay\"");
    check("parent", "\"1\"");
    check("line_record", "null");
    check("events[0].reply_token.state", "\"replay\"");
    check("events[0].reply_token.expires_at", "null");
    check("replays", "[]");
    reading_rig_get(&rig, "/api/compare?a=1&b=3");
    check("a.id", "\"1\"");
    check("b.id", "\"3\"");
    CHECK(reading_rig_len(&rig, "volatile_fields") > 10);
    check("volatile_fields[0]", "\"x-line-signature\"");
    check("volatile_pointers[0]", "\"/events/*/webhookEventId\"");
    reading_rig_end(&rig);
}

#define SOURCE "\"source\":{\"type\":\"group\",\"groupId\":\"C1\",\"userId\":\"U1\"}"
#define FIRST                                                                                  \
    "{\"type\":\"message\",\"mode\":\"active\",\"timestamp\":1795894304000," SOURCE            \
    ",\"webhookEventId\":\"E1\",\"deliveryContext\":{\"isRedelivery\":true},"                  \
    "\"replyToken\":\"T1\",\"message\":{\"id\":\"M1\",\"type\":\"text\",\"text\":\"\\ud800 "   \
    "a\"}}"

/* ---- findings ---- */

/* Signed with the rig's secret over `message`; recorded as A's verdict says. */
static uint64_t store_signed(struct span message, const char *body, const char *cause)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    char value[BASE64_LEN(DIGEST_SHA256_LEN) + 1];
    struct journal_request r = journal_rig_request("d1", body);
    struct http_head head = *r.head;

    digest_hmac_sha256(SPAN(READING_RIG_SECRET), message, digest);
    CHECK_EQ(base64_format(value, sizeof(value), digest, sizeof(digest)), OK);
    http_head_remove(&head, "x-line-signature");
    CHECK_EQ(http_head_add(&head, SPAN("x-line-signature"), span_text(value)), OK);
    r.head = &head;
    uint64_t id = reading_rig_record(&rig, &r);
    struct journal_answer a = {.exchange = id,
                               .verdict = VERDICT_INVALID,
                               .provider = "line",
                               .secret_label = "",
                               .explanation = "it was rewritten",
                               .cause = cause,
                               .handler = "hookline",
                               .status = 401,
                               .by = JOURNAL_BY_AGENT,
                               .error = ""};
    journal_rig_store_answer(&rig.journal, &a);
    return id;
}

static void test_signature(void)
{
    static const char body[] = "{\"events\":[],\"text\":\"\xe3\x81\x82\xf0\x9f\xa4\xa8\"}";

    reading_rig_begin(&rig);
    uint64_t id = store_signed(SPAN("{\"events\":[],\"text\":\"\xe3\x81\x82\\uD83E\\uDD28\"}"),
                               body, "sig_rewritten");
    reading_rig_start(&rig);
    get(id);
    check("verdict", "\"invalid\"");
    check("findings[0].code", "\"sig_rewritten\"");
    check("findings[0].severity", "\"bad\"");
    check("findings[0].params", "{\"provider\":\"LINE\",\"header\":\"x-line-signature\","
                                "\"cause\":\"json_line_emoji\",\"secret\":null}");
    check("findings[0].fix", "{\"kind\":\"text\",\"value\":\"raw_body\"}");
    CHECK_EQ(reading_rig_len(&rig, "findings[0].evidence"), 3);
    check("findings[0].evidence[0].label", "\"received\"");
    check("findings[0].evidence[1].label", "\"computed\"");
    CHECK_EQ(reading_rig_at(&rig, "findings[0].evidence[1].text").len, 46);
    check("findings[0].evidence[2].kind", "\"diff\"");
    check("findings[0].evidence[2].label", "\"signed\"");
    check("findings[0].evidence[2].offset", "24");
    check("findings[0].evidence[2].after",
          "\"{\\\"events\\\":[],\\\"text\\\":\\\"\xe3\x81\x82\xf0\x9f\xa4\xa8\\\"}\"");
    check("findings[0].evidence[2].before",
          "\"{\\\"events\\\":[],\\\"text\\\":\\\"\xe3\x81\x82\\\\uD83E\\\\uDD28\\\"}\"");
    check("tried[0]", "{\"code\":\"as_received\",\"fits\":false}");
    CHECK(reading_rig_len(&rig, "tried") > 10);
    struct span all = bytes_span(&rig.reply.body);
    CHECK_EQ(span_find_span(all, SPAN(READING_RIG_SECRET)), all.len); /* never */
    rig.facts.secrets = NULL;
    get(id);
    check("findings[0].evidence", "[]");
    check("tried", "[]");
    reading_rig_end(&rig);
}

/* Too long to be shown whole: the end that was cut off, and what stands in front of it. */
static void test_signature_of_a_long_body(void)
{
    static char body[EXCHANGE_EVIDENCE_JSON_WHOLE + 1], signed_body[sizeof(body)];
    char want[EXCHANGE_EVIDENCE_JSON_BEFORE + 8] = "\"";

    memset(body, 'x', sizeof(body) - 1);
    memcpy(signed_body, body, sizeof(body));
    signed_body[sizeof(body) - 1] = '\n';
    memset(want + 1, 'x', EXCHANGE_EVIDENCE_JSON_BEFORE);
    reading_rig_begin(&rig);
    struct span message = span_of(signed_body, sizeof(signed_body));
    uint64_t id = store_signed(message, body, "sig_newline");
    reading_rig_start(&rig);
    get(id);
    check("findings[0].params.cause", "\"newline_missing\"");
    check("findings[0].evidence[2].offset", "65536");
    want[EXCHANGE_EVIDENCE_JSON_BEFORE + 1] = '"';
    check("findings[0].evidence[2].after", want);
    memcpy(want + EXCHANGE_EVIDENCE_JSON_BEFORE + 1, "\\n\"", 4);
    check("findings[0].evidence[2].before", want);
    reading_rig_end(&rig);
}

static void store_bot_error(unsigned status, const char *location)
{
    struct http_head head;
    uint64_t id = reading_rig_store(&rig, location, journal_rig_body(location, "x"));
    struct journal_answer a = journal_rig_answer(id);

    http_head_init_response(&head, status);
    CHECK_EQ(http_head_add(&head, SPAN("location"), span_text(location)), OK);
    a.head = &head;
    a.status = status;
    a.by = JOURNAL_BY_BOT;
    a.attempts = 1;
    a.body = SPAN("KeyError: \xff 'events'");
    journal_rig_store_answer(&rig.journal, &a);
}

static void test_bot_findings(void)
{
    reading_rig_begin(&rig);
    store_bot_error(500, "a");
    store_bot_error(302, "/login");
    reading_rig_start(&rig);
    get(1);
    check("findings[0]",
          "{\"code\":\"bot_error\",\"severity\":\"bad\",\"params\":{"
          "\"status\":500,\"address\":\"http://127.0.0.1:8000/callback\","
          "\"attempts\":1,\"crashes\":0,\"next_try_at\":null},\"evidence\":[{"
          "\"kind\":\"text\",\"label\":\"body\",\"text\":\"KeyError: \xef\xbf\xbd "
          "'events'\"}],\"fix\":{\"kind\":\"action\",\"value\":\"replay\"}}");
    get(3); /* 2 is the fence of the first answer */
    check("findings[0].code", "\"bot_redirect\"");
    check("findings[0].params", "{\"status\":302,\"location\":\"/login\"}");
    reading_rig_end(&rig);
}

static void test_not_json(void)
{
    reading_rig_begin(&rig);
    uint64_t id = reading_rig_store(&rig, "d1", "{\"events\": [ } ]");
    reading_rig_start(&rig);
    get(id);
    check("findings[0].code", "\"body_not_json\"");
    check("findings[0].params", "{\"content_type\":\"application/json\"}");
    check("findings[0].evidence[0].label", "\"error\"");
    check("findings[0].evidence[1].text", "\"{\\\"events\\\": [ } ]\"");
    check("findings[0].evidence[1].offset", "13");
    check("events", "[]");
    reading_rig_end(&rig);
}

/* ---- memory ---- */

/* SQLite takes its memory from us and keeps some: end() finds what was lost. */
static void sweep(const char *target)
{
    enum err rc = ERR_NOMEM;

    for (unsigned long n = 1; rc; n++) {
        mem_fail_at(n);
        rc = reading_rig_try(&rig, target);
        mem_fail_at(0);
        CHECK(rc == OK || rc == ERR_NOMEM);
        bytes_fini(&rig.reply.body);
        bytes_fini(&rig.reply.problem_members);
    }
}

static void test_memory_runs_out(void)
{
    static const char body[] = "{\"events\":[" FIRST "]}";

    reading_rig_begin(&rig);
    (void)store_signed(SPAN("{\"events\": [" FIRST "]}"), body, "sig_rewritten");
    reading_rig_start(&rig);
    sweep("/api/exchanges/1");
    sweep("/api/exchanges/1/request/raw");
    sweep("/api/exchanges?q=type%3Amessage");
    sweep("/api/exchanges?q=nosuchkey%3A1");
    sweep("/api/compare?a=1&b=1");
    sweep("/api/chats");
    sweep("/api/chats/C1/items");
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_facts), TEST(test_under_way), TEST(test_not_found), TEST(test_replays),
           TEST(test_signature), TEST(test_signature_of_a_long_body), TEST(test_bot_findings),
           TEST(test_not_json), TEST(test_memory_runs_out))
