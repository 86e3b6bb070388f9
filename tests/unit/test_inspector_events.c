/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "relay-client/inspector/exchanges/exchange_event_json.h"
#include "tests/unit/support/reading_rig.h"

/* Events: where they stand in the body, and what has become of them. */

static struct reading_rig rig;

static void get(uint64_t id)
{
    reading_rig_exchange(&rig, id);
}

static void check(const char *path, const char *json)
{
    reading_rig_check(&rig, path, json);
}

#define SOURCE "\"source\":{\"type\":\"group\",\"groupId\":\"C1\",\"userId\":\"U1\"}"
#define FIRST                                                                                  \
    "{\"type\":\"message\",\"mode\":\"active\",\"timestamp\":1795894304000," SOURCE            \
    ",\"webhookEventId\":\"E1\",\"deliveryContext\":{\"isRedelivery\":true},"                  \
    "\"replyToken\":\"T1\",\"message\":{\"id\":\"M1\",\"type\":\"text\",\"text\":\"\\ud800 "   \
    "a\"}}"
#define SECOND "{ \"type\" : \"follow\", \"webhookEventId\":\"E2\" }"

static void test_events(void)
{
    static const char body[] = "\n{\"events\": [ " FIRST " ,\n 5 , " SECOND "]}";
    char span[40];

    reading_rig_begin(&rig);
    uint64_t id = reading_rig_store(&rig, "d1", body);
    reading_rig_start(&rig);
    get(id);
    CHECK_EQ(reading_rig_len(&rig, "events"), 3);
    (void)snprintf(span, sizeof(span), "[14,%zu]", 14 + sizeof(FIRST) - 1);
    check("events[0].index", "0");
    check("events[0].type", "\"message\"");
    check("events[0].raw_span", span);
    check("events[0].raw", FIRST);
    check("events[0].webhook_event_id", "\"E1\"");
    check("events[0].timestamp", "1795894304000");
    check("events[0].redelivery", "true");
    check("events[0].mode", "\"active\"");
    check("events[0].source",
          "{\"type\":\"group\",\"id\":\"C1\",\"user_id\":\"U1\",\"name\":null}");
    check("events[0].message_type", "\"text\"");
    check("events[0].message_id", "\"M1\"");
    check("events[0].text", "\"\xef\xbf\xbd a\"");
    check("events[0].withdrawn", "false");
    check("events[0].first_seen_id", "null");
    check("events[0].reply_token", "{\"value\":\"T1\",\"state\":\"live\",\"expires_at\":"
                                   "1795894365000,\"used_at\":null,\"call\":null}");
    check("events[1].raw", "5");
    check("events[1].type", "\"\"");
    check("events[2].raw", SECOND);
    check("events[2].webhook_event_id", "\"E2\"");
    check("events[2].timestamp", "null");
    check("events[2].reply_token", "null");
    CHECK_EQ(reading_rig_len(&rig, "events[0]"), 15);
    reading_rig_end(&rig);
}

static void test_line_works(void)
{
    static const char body[] = " {\"type\":\"message\",\"source\":{\"userId\":\"u\","
                               "\"channelId\":\"ch\",\"domainId\":1},\"issuedTime\":"
                               "\"2026-11-22T00:00:00.000Z\",\"content\":{\"type\":\"text\","
                               "\"text\":\"hi\"}} ";
    reading_rig_begin(&rig);
    uint64_t id = reading_rig_store(&rig, "d1", body);
    reading_rig_start(&rig);
    get(id);
    CHECK_EQ(reading_rig_len(&rig, "events"), 1);
    check("events[0].source",
          "{\"type\":\"channel\",\"id\":\"ch\",\"user_id\":\"u\",\"name\":null}");
    struct span raw = reading_rig_at(&rig, "events[0].raw");
    CHECK(span_is(raw, span_of(body + 1, sizeof(body) - 3)));
    reading_rig_end(&rig);
}

/* `len` bytes of event. */
static void check_raw_of(size_t len, bool is_there)
{
    static const char head[] =
        "{\"destination\":\"U\",\"events\":[{\"type\":\"message\",\"x\":\"",
                      foot[] = "\"}]}";
    const size_t around = sizeof("{\"type\":\"message\",\"x\":\"\"}") - 1;
    static char body[EXCHANGE_EVENT_JSON_RAW + 100];

    memset(body, 0, sizeof(body));
    memcpy(body, head, sizeof(head) - 1);
    memset(body + sizeof(head) - 1, 'x', len - around);
    memcpy(body + sizeof(head) - 1 + len - around, foot, sizeof(foot) - 1);
    reading_rig_begin(&rig);
    uint64_t id = reading_rig_store(&rig, "d1", body);
    reading_rig_start(&rig);
    get(id);
    if (is_there)
        CHECK_EQ(reading_rig_at(&rig, "events[0].raw").len, len);
    else
        check("events[0].raw", "null");
    reading_rig_end(&rig);
}

static void test_long_event(void)
{
    check_raw_of(EXCHANGE_EVENT_JSON_RAW, true);
    check_raw_of(EXCHANGE_EVENT_JSON_RAW + 1, false);
}

static void test_seen_before_and_unsent(void)
{
    reading_rig_begin(&rig);
    (void)reading_rig_store(&rig, "d1", "{\"events\":[" FIRST "]}");
    (void)reading_rig_store(&rig, "d2",
                            "{\"destination\":\"U\",\"events\":[" SECOND "," FIRST "]}");
    (void)reading_rig_store(&rig, "d3",
                            "{\"events\":[{\"type\":\"unsend\"," SOURCE
                            ",\"webhookEventId\":\"E3\","
                            "\"unsend\":{\"messageId\":\"M1\"}}]}");
    reading_rig_start(&rig);
    get(2);
    check("events[0].first_seen_id", "null");
    check("events[0].withdrawn", "false");
    check("events[1].first_seen_id", "\"1\"");
    check("events[1].withdrawn", "true");
    check("duplicate_of", "\"1\"");
    check("findings[0]", "{\"code\":\"event_duplicate\",\"severity\":\"info\",\"params\":{"
                         "\"first\":\"1\",\"first_at\":1795894304960},\"evidence\":[],"
                         "\"fix\":{\"kind\":\"text\",\"value\":\"deduplicate\"}}");
    check("findings[1].code", "\"event_redelivered\"");
    check("findings[1].params", "{\"count\":1,\"event_at\":1795894304000}");
    get(3);
    check("events[0].withdrawn", "false");
    reading_rig_end(&rig);
}

static void test_token(void)
{
    reading_rig_begin(&rig);
    uint64_t id = reading_rig_store(&rig, "d1", journal_rig_body("E1", "x"));
    struct journal_answer a = journal_rig_answer(id);
    a.by = JOURNAL_BY_GUARD;
    a.attempts = 2;
    a.called_us = 61000000;
    a.handler_us = 61000900;
    journal_rig_store_answer(&rig.journal, &a);
    reading_rig_start(&rig);
    clock_fake_advance(&rig.clock, 60000000);
    get(id);
    check("events[0].reply_token.state", "\"live\"");
    clock_fake_advance(&rig.clock, 1000);
    get(id);
    check("events[0].reply_token.state", "\"expired\"");
    check("findings[1].code", "\"token_expired\"");
    check("findings[1].params",
          "{\"after_ms\":61000,\"event_at\":1795894304000,\"redelivery\":false}");
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_events), TEST(test_line_works), TEST(test_long_event),
           TEST(test_seen_before_and_unsent), TEST(test_token))
