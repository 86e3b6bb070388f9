/* The emulated account itself: who the bot is, what was sent, where webhooks go. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"

#include "relay-client/lineapi/emulate/message/sent_counts.h"
#include "relay-client/lineapi/emulate/message/sent_day.h"

#define ENDPOINT "/v2/bot/channel/webhook/endpoint"
#define TEST_IT  "/v2/bot/channel/webhook/test"
#define HI       "\"messages\":[{\"type\":\"text\",\"text\":\"hi\"}]"

/* --- who the bot is --- */

static void test_info(void)
{
    char made_up[64];

    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get("/v2/bot/info"), 200);
    (void)snprintf(made_up, sizeof made_up, "%s", emulator_rig_text("userId"));
    CHECK(line_mint_is_own(&emulator_rig.mint, LINE_MINT_USER, span_text(made_up)));
    CHECK_STR(emulator_rig_text("chatMode"), "bot");
    CHECK_STR(emulator_rig_text("markAsReadMode"), "auto");
    CHECK(*emulator_rig_text("displayName") != '\0');
    CHECK_EQ(emulator_rig_text("basicId")[0], '@');
    CHECK_EQ(emulator_rig_get("/v2/bot/info"), 200);
    CHECK_STR(emulator_rig_text("userId"), made_up);
    emulator_rig_message(GIVEN_BY_LINE, "", "text", "1");
    CHECK_EQ(emulator_rig_get("/v2/bot/info"), 200);
    CHECK_STR(emulator_rig_text("userId"), EMULATOR_RIG_BOT);
    emulator_rig.secrets.list[0].bot_user_id = EMULATOR_RIG_USER;
    emulator_rig.secrets.len = 1;
    CHECK_EQ(emulator_rig_get("/v2/bot/info"), 200);
    CHECK_STR(emulator_rig_text("userId"), EMULATOR_RIG_USER);
    emulator_rig_close();
}

/* --- quota and counts --- */

static void test_quota(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get("/v2/bot/message/quota"), 200);
    CHECK_STR(emulator_rig.body, "{\"type\":\"none\"}");
    emulator_rig_close();
    emulator_rig_open();
    emulator_rig.options.quota = 1000;
    emulator_rig_start();
    CHECK_EQ(emulator_rig_get("/v2/bot/message/quota"), 200);
    CHECK_STR(emulator_rig.body, "{\"type\":\"limited\",\"value\":1000}");
    CHECK_EQ(emulator_rig_get("/v2/bot/message/quota/consumption"), 200);
    CHECK_STR(emulator_rig.body, "{\"totalUsage\":0}");
    emulator_rig_close();
}

static void check_delivery(const char *kind, const char *date, const char *want)
{
    char target[128];

    (void)snprintf(target, sizeof target, "/v2/bot/message/delivery/%s?date=%s", kind, date);
    CHECK_EQ(emulator_rig_get(target), 200);
    CHECK_STR(emulator_rig.body, want);
}

#define READY(n) "{\"status\":\"ready\",\"success\":" n "}"

static void test_delivery(void)
{
    emulator_rig_open_and_start();
    emulator_rig_message(GIVEN_BY_LINE, EMULATOR_RIG_TOKEN, "text", "1");
    CHECK_EQ(emulator_rig_post("/v2/bot/message/reply",
                               "{\"replyToken\":\"" EMULATOR_RIG_TOKEN "\"," HI "}"),
             200);
    CHECK_EQ(
        emulator_rig_post("/v2/bot/message/push", "{\"to\":\"" EMULATOR_RIG_USER "\"," HI "}"),
        200);
    CHECK_EQ(
        emulator_rig_post("/v2/bot/message/push", "{\"to\":\"" EMULATOR_RIG_USER "\"," HI "}"),
        200);
    CHECK_EQ(emulator_rig_post("/v2/bot/message/broadcast", "{" HI "}"), 200);
    check_delivery("reply", "20261122", READY("1"));
    check_delivery("push", "20261122", READY("2"));
    check_delivery("multicast", "20261122", READY("0"));
    check_delivery("broadcast", "20261122", READY("1"));
    check_delivery("push", "20261121", READY("0"));
    check_delivery("push", "20261123", "{\"status\":\"unready\"}");
    check_delivery("push", "20180330", "{\"status\":\"out_of_service\"}");
    check_delivery("push", "20180331", READY("0"));
    emulator_rig_advance(9 * 3600000 + 1800000 - 1);
    check_delivery("push", "20261123", "{\"status\":\"unready\"}");
    emulator_rig_advance(1); /* midnight in Japan */
    check_delivery("push", "20261123", READY("0"));
    check_delivery("push", "20261122", READY("2"));
    emulator_rig_close();
}

static void test_bad_dates(void)
{
    static const char *const bad[] = {"",
                                      "?date=",
                                      "?date=2026112",
                                      "?date=x",
                                      "?date=20261301",
                                      "?date=20261131",
                                      "?day=1",
                                      "?date=20260229",
                                      "?date=20261100",
                                      "?date=2026%2F1%2F1"};
    char target[128];

    emulator_rig_open_and_start();
    for (size_t i = 0; i < 10; i++) {
        (void)snprintf(target, sizeof target, "/v2/bot/message/delivery/reply%s", bad[i]);
        CHECK_EQ(emulator_rig_get(target), 400);
        emulator_rig_check_message(400, "The value for the 'date' parameter is invalid");
    }
    emulator_rig_close();
}

static void test_days(void)
{
    uint64_t day;

    CHECK(sent_day_parse(SPAN("19700101"), &day) && day == 0);
    CHECK(sent_day_parse(SPAN("20000229"), &day) && day == 11016);
    CHECK(sent_day_parse(SPAN("21000301"), &day) && day == 47541);
    CHECK(!sent_day_parse(SPAN("21000229"), &day));
    CHECK(sent_day_parse(SPAN("20261122"), &day));
    CHECK_EQ(sent_day_of(EMULATOR_RIG_MS), day);
    CHECK_EQ(sent_day_month(EMULATOR_RIG_MS), 2026 * 12 + 10);
    CHECK_EQ(sent_day_month(EMULATOR_RIG_MS + 9ull * 86400000), 2026 * 12 + 11);
    CHECK_EQ(sent_day_month(0), 1970 * 12);
}

static void test_old_days_are_forgotten(void)
{
    struct sent_counts *s;
    uint64_t day = sent_day_of(EMULATOR_RIG_MS);

    CHECK_EQ(sent_counts_new(&s), OK);
    sent_counts_add(s, SENT_PUSH, 5, EMULATOR_RIG_MS);
    sent_counts_add(s, SENT_PUSH, 1, EMULATOR_RIG_MS + (SENT_DAYS_MAX - 1) * 86400000ull);
    CHECK_EQ(sent_counts_of_day(s, SENT_PUSH, day), 5);
    sent_counts_add(s, SENT_PUSH, 1, EMULATOR_RIG_MS + SENT_DAYS_MAX * 86400000ull);
    CHECK_EQ(sent_counts_of_day(s, SENT_PUSH, day), 0);
    CHECK_EQ(sent_counts_of_day(s, SENT_NARROWCAST, day), 0);
    sent_counts_free(s);
}

/* --- aggregation units --- */

static void test_units(void)
{
    char name[SENT_UNIT_SIZE], body[512];

    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get("/v2/bot/message/aggregation/info"), 200);
    CHECK_STR(emulator_rig.body, "{\"numOfCustomAggregationUnits\":0}");
    for (unsigned i = 0; i <= SENT_UNITS_MAX; i++) {
        (void)snprintf(name, sizeof name, "unit_%u", i);
        (void)snprintf(body, sizeof body,
                       "{\"to\":\"" EMULATOR_RIG_USER "\"," HI
                       ",\"customAggregationUnits\":[\"%s\"]}",
                       name);
        CHECK_EQ(emulator_rig_post("/v2/bot/message/push", body), 200);
    }
    CHECK_EQ(emulator_rig_get("/v2/bot/message/aggregation/info"), 200);
    CHECK_STR(emulator_rig.body, "{\"numOfCustomAggregationUnits\":1000}");
    CHECK_EQ(emulator_rig_get("/v2/bot/message/aggregation/list?limit=2"), 200);
    CHECK_STR(emulator_rig_text("customAggregationUnits[1]"), "unit_1");
    CHECK(*emulator_rig_text("next") != '\0');
    CHECK_EQ(emulator_rig_get("/v2/bot/message/aggregation/list?start=x"), 400);
    emulator_rig_check_message(400, "Invalid start param");
    CHECK_EQ(emulator_rig_get("/v2/bot/message/aggregation/list?limit=101"), 400);
    emulator_rig_advance(9ull * 86400000);
    CHECK_EQ(emulator_rig_get("/v2/bot/message/aggregation/list"), 200);
    CHECK_STR(emulator_rig.body, "{\"customAggregationUnits\":[]}");
    emulator_rig_close();
}

/* --- the webhook's address --- */

static unsigned set(const char *endpoint)
{
    char body[1024];

    (void)snprintf(body, sizeof body, "{\"endpoint\":\"%s\"}", endpoint);
    return emulator_rig_ask("PUT", ENDPOINT, body);
}

static void test_endpoint(void)
{
    emulator_rig_open();
    emulator_rig.options.webhook_url = "";
    emulator_rig_start();
    CHECK_EQ(emulator_rig_get(ENDPOINT), 404);
    emulator_rig_check_message(404, "Webhook endpoint not found");
    CHECK_EQ(set("https://example.com/webhook"), 200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(emulator_rig_get(ENDPOINT), 200);
    CHECK_STR(emulator_rig.body,
              "{\"endpoint\":\"https://example.com/webhook\",\"active\":true}");
    emulator_rig_close();
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get(ENDPOINT), 200);
    CHECK_STR(emulator_rig_text("endpoint"), "https://bot.example.com/webhook");
    emulator_rig_close();
}

static void test_bad_endpoints(void)
{
    static const char *const bad[] = {"",
                                      "x",
                                      "http://example.com/",
                                      "https://",
                                      "https://example.com/a b",
                                      "ftp://example.com/"};
    char url[502] = "https://example.com/";

    emulator_rig_open_and_start();
    for (size_t i = 0; i < 6; i++) {
        CHECK_EQ(set(bad[i]), 400);
        emulator_rig_check_message(400, "Invalid webhook endpoint URL");
    }
    memset(url + 20, 'a', 481);
    CHECK_EQ(set(url), 400);
    url[500] = '\0';
    CHECK_EQ(set(url), 200);
    CHECK_EQ(emulator_rig_ask("PUT", ENDPOINT, "{}"), 400);
    CHECK_EQ(emulator_rig_ask("PUT", ENDPOINT, "{\"endpoint\":1}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_close();
}

/* --- its test --- */

static struct {
    void (*done)(void *call, unsigned status, enum err why);
    void *call;
    enum err answer;
} tester;

static enum err ask_bot(void *owner, void (*done)(void *call, unsigned status, enum err why),
                        void *call)
{
    CHECK(owner == &tester);
    tester.done = done;
    tester.call = call;
    return tester.answer;
}

static void open_tester(void)
{
    memset(&tester, 0, sizeof tester);
    emulator_rig_open();
    emulator_rig.options.test_webhook = ask_bot;
    emulator_rig.options.owner = &tester;
    emulator_rig_start();
}

static void check_outcome(unsigned status, enum err why, const char *want)
{
    char text[512];

    emulator_rig.done = 0;
    CHECK_EQ(emulator_rig_post(TEST_IT, "{}"), 0);
    tester.done(tester.call, status, why);
    CHECK_EQ(emulator_rig.done, 1);
    CHECK_EQ(emulator_rig.call.status, 200);
    (void)emulator_rig_text("");
    (void)snprintf(text, sizeof text,
                   "{\"success\":%s,\"timestamp\":\"2026-11-22T05:30:00.000Z\",%s}",
                   status >= 200 && status <= 299 ? "true" : "false", want);
    CHECK_STR(emulator_rig.body, text);
}

#define SAYS(status, reason, detail)                                                           \
    "\"statusCode\":" status ",\"reason\":\"" reason "\",\"detail\":\"" detail "\""
#define BOT "https://bot.example.com/webhook"

static void test_test(void)
{
    open_tester();
    check_outcome(200, OK, SAYS("200", "OK", "200"));
    check_outcome(204, OK, SAYS("204", "OK", "204"));
    check_outcome(299, OK, SAYS("299", "OK", "299"));
    check_outcome(300, OK, SAYS("300", "ERROR_STATUS_CODE", "300"));
    check_outcome(199, OK, SAYS("199", "ERROR_STATUS_CODE", "199"));
    check_outcome(500, OK, SAYS("500", "ERROR_STATUS_CODE", "500"));
    check_outcome(0, ERR_TIMEOUT, SAYS("0", "REQUEST_TIMEOUT", "Request timeout"));
    check_outcome(0, ERR_REFUSED, SAYS("0", "COULD_NOT_CONNECT", "Connection failed: " BOT));
    check_outcome(0, ERR_TLS, SAYS("0", "COULD_NOT_CONNECT", "TLS handshake failure: " BOT));
    check_outcome(0, ERR_NOT_FOUND, SAYS("0", "COULD_NOT_CONNECT", "Unknown host: " BOT));
    check_outcome(0, ERR_CANCELLED,
                  SAYS("0", "UNCLASSIFIED", "Unclassified webhook dispatch error"));
    emulator_rig_close();
}

static void test_test_at_once(void)
{
    emulator_rig_open_and_start(); /* without a bot */
    CHECK_EQ(emulator_rig_post(TEST_IT, NULL), 200);
    CHECK_STR(emulator_rig_text("reason"), "UNCLASSIFIED");
    emulator_rig_close();
    open_tester();
    tester.answer = ERR_CLOSED;
    CHECK_EQ(emulator_rig_post(TEST_IT, "{\"endpoint\":\"https://other.example.com/\"}"), 200);
    CHECK_STR(emulator_rig_text("detail"), "Connection failed: https://other.example.com/");
    CHECK_EQ(emulator_rig_post(TEST_IT, "{\"endpoint\":\"http://other.example.com/\"}"), 400);
    emulator_rig_check_message(400, "Invalid webhook endpoint URL");
    CHECK_EQ(emulator_rig_post(TEST_IT, "{\"endpoint\":1}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_close();
    emulator_rig_open();
    emulator_rig.options.webhook_url = NULL;
    emulator_rig_start();
    CHECK_EQ(emulator_rig_post(TEST_IT, "{}"), 404);
    emulator_rig_check_message(404, "Webhook endpoint not found");
    emulator_rig_close();
}

/* --- memberships --- */

static void test_membership(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_get("/v2/bot/membership/list"), 404);
    emulator_rig_check_message(404, "Membership plan not found");
    CHECK_EQ(emulator_rig_get("/v2/bot/membership/subscription/" EMULATOR_RIG_USER), 404);
    emulator_rig_check_message(404, "Not found");
    CHECK_EQ(emulator_rig_get("/v2/bot/membership/subscription/x"), 400);
    emulator_rig_check_message(400, "The value for the 'userId' parameter is invalid");
    CHECK_EQ(emulator_rig_get("/v2/bot/membership/3189/users/ids"), 404);
    emulator_rig_check_message(404, "Membership ID is not found");
    emulator_rig_close();
}

CHECK_MAIN(TEST(test_info), TEST(test_quota), TEST(test_delivery), TEST(test_bad_dates),
           TEST(test_days), TEST(test_old_days_are_forgotten), TEST(test_units),
           TEST(test_endpoint), TEST(test_bad_endpoints), TEST(test_test),
           TEST(test_test_at_once), TEST(test_membership))
