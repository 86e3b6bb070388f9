/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "base/container.h"
#include "tests/unit/support/reading_rig.h"

#include <stdio.h>

/* Who wrote, and what was said and done in one chat. */

static struct reading_rig rig;

#define SOURCE_USER(u) "\"source\":{\"type\":\"user\",\"userId\":\"" u "\"}"
#define SOURCE_GROUP(g, u)                                                                     \
    "\"source\":{\"type\":\"group\",\"groupId\":\"" g "\",\"userId\":\"" u "\"}"
#define TEXT(id, source, text)                                                                 \
    "{\"type\":\"message\",\"timestamp\":1795894300000," source ",\"webhookEventId\":\"" id    \
    "\",\"message\":{\"id\":\"M" id "\",\"type\":\"text\",\"text\":\"" text "\"}}"
#define FOLLOW(id, source) "{\"type\":\"follow\"," source ",\"webhookEventId\":\"" id "\"}"
#define UNSEND(id, source, message)                                                            \
    "{\"type\":\"unsend\"," source ",\"webhookEventId\":\"" id                                 \
    "\",\"unsend\":{\"messageId\":\"" message "\"}}"
#define NOBODY                                                                                 \
    "\"name\":null,\"name_from\":null,\"lang\":null,\"picture_url\":null,\"test\":false,"
#define BODY(events) "{\"destination\":\"U\",\"events\":[" events "]}"

static void store(const char *delivery, const char *body)
{
    (void)reading_rig_store(&rig, delivery, body);
}

static void begin(void)
{
    reading_rig_begin(&rig);
    store("d1", BODY(FOLLOW("E1", SOURCE_USER("Ua"))));
    store("d2", BODY(TEXT("E2", SOURCE_USER("Ua"),
                          "こんにちは") "," TEXT("E3", SOURCE_GROUP("Cg", "Ub"), "hello")));
    store("d3", BODY(TEXT("E4", SOURCE_USER("Ua"), "oops") "," TEXT("E2", SOURCE_USER("Ua"),
                                                                    "こんにちは")));
    store("d4", BODY(UNSEND("E5", SOURCE_USER("Ua"), "ME4")));
    store("d5", "{\"events\":[{\"type\":\"accountLink\",\"source\":{}}]}"); /* of nobody */
    struct journal_request replay =
        journal_rig_request("d6", BODY(TEXT("E2", SOURCE_USER("Ua"), "こんにちは")));
    replay.replay_of = 2;
    (void)reading_rig_record(&rig, &replay);
    reading_rig_start(&rig);
}

static void check(const char *path, const char *json)
{
    reading_rig_check(&rig, path, json);
}

static void test_list(void)
{
    begin();
    reading_rig_get(&rig, "/api/chats");
    CHECK_EQ(reading_rig_len(&rig, "items"), 2);
    check("next", "null");
    check("items[0]", "{\"id\":\"Ua\",\"type\":\"user\"," NOBODY "\"count\":6,\"last\":{"
                      "\"at\":1795894304960,\"type\":\"message\",\"sub\":\"text\","
                      "\"text\":\"こんにちは\",\"out\":false}}");
    check("items[1]", "{\"id\":\"Cg\",\"type\":\"group\"," NOBODY "\"count\":1,\"last\":{"
                      "\"at\":1795894300000,\"type\":\"message\",\"sub\":\"text\","
                      "\"text\":\"hello\",\"out\":false}}");
    reading_rig_end(&rig);
}

static void test_items(void)
{
    begin();
    reading_rig_get(&rig, "/api/chats/Ua/items");
    CHECK_EQ(reading_rig_len(&rig, "items"), 6);
    check("next", "null");
    check("items[0].state", "\"replayed\"");
    check("items[0].at", "1795894304960"); /* when it was, not when it happened first */
    check("items[1].kind", "\"system\"");
    check("items[1].event.type", "\"unsend\"");
    check("items[1].exchange", "\"4\"");
    check("items[1].at", "1795894304960");
    check("items[2].id", "\"e385\""); /* 3 * 128 + 1 */
    check("items[2].kind", "\"message\"");
    check("items[2].state", "\"duplicate\"");
    check("items[2].event.first_seen_id", "\"2\"");
    check("items[2].event.index", "1");
    check("items[3].state", "\"withdrawn\"");
    check("items[3].event.withdrawn", "true");
    check("items[3].event.text", "\"oops\"");
    check("items[4].state", "\"received\"");
    check("items[4].event.raw", TEXT("E2", SOURCE_USER("Ua"), "こんにちは"));
    check("items[4].user_id", "\"Ua\"");
    check("items[4].user_name", "null");
    check("items[4].call", "null");
    check("items[4].messages", "[]");
    check("items[4].at", "1795894300000");
    check("items[5].event.type", "\"follow\"");
    CHECK_EQ(reading_rig_len(&rig, "items[0]"), 10);
    reading_rig_get(&rig, "/api/chats/Cg/items");
    CHECK_EQ(reading_rig_len(&rig, "items"), 1);
    check("items[0].user_id", "\"Ub\"");
    check("items[0].event.index", "1");
    reading_rig_end(&rig);
}

static void test_pages(void)
{
    begin();
    reading_rig_get(&rig, "/api/chats/Ua/items?limit=3");
    CHECK_EQ(reading_rig_len(&rig, "items"), 3);
    check("next", "\"e385\"");
    reading_rig_get(&rig, "/api/chats/Ua/items?limit=2&before=e385");
    check("items[0].id", "\"e384\"");
    check("items[1].id", "\"e256\"");
    check("next", "\"e256\"");
    reading_rig_get(&rig, "/api/chats/Ua/items?limit=2&before=e256");
    CHECK_EQ(reading_rig_len(&rig, "items"), 1);
    check("next", "null");
    static const char *const wrong[] = {"0",  "385", "e",    "e0",   "c",
                                        "c1", "c1.", "c1.0", "cx.1", "e12345678901234567",
                                        "d1", "e1.2"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        char target[80];

        (void)snprintf(target, sizeof(target), "/api/chats/Ua/items?before=%s", wrong[i]);
        reading_rig_refused(&rig, target, 400, "bad_request");
    }
    reading_rig_end(&rig);
}

static void test_strangers(void)
{
    begin();
    reading_rig_get(&rig, "/api/chats/Unobody/items");
    check("items", "[]");
    check("next", "null");
    reading_rig_get(&rig, "/api/chats/%27%20OR%201--/items");
    check("items", "[]");
    reading_rig_refused(&rig, "/api/chats/Ua/items?limit=501", 400, "bad_request");
    reading_rig_refused(&rig, "/api/chats/Ua/items?before=x", 400, "bad_request");
    reading_rig_end(&rig);
}

/* What was not sent by anybody is shown as what it is. */
static void test_not_from_line(void)
{
    struct journal_request r =
        journal_rig_request("d1", BODY(TEXT("E1", SOURCE_USER("Ua"), "a")));

    reading_rig_begin(&rig);
    r.is_simulated = true;
    (void)reading_rig_record(&rig, &r);
    r.delivery = "d2"; /* the same event is no duplicate of it */
    r.is_simulated = false;
    (void)reading_rig_record(&rig, &r);
    r.delivery = "d3";
    r.replay_of = 2;
    (void)reading_rig_record(&rig, &r);
    r.delivery = "d4";
    r.body = SPAN(BODY(TEXT("E1", SOURCE_USER("Ua"), "b")));
    (void)reading_rig_record(&rig, &r);
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/chats/Ua/items");
    check("items[0].state", "\"edited\"");
    check("items[1].state", "\"replayed\"");
    check("items[2].state", "\"received\"");
    check("items[3].state", "\"simulated\"");
    reading_rig_get(&rig, "/api/chats");
    check("items[0].count", "4");
    reading_rig_get(&rig, "/api/exchanges?q=is:simulated");
    CHECK_EQ(reading_rig_len(&rig, "items"), 1);
    check("items[0].kind", "\"simulated\"");
    check("items[0].flags", "[\"simulated\"]");
    reading_rig_end(&rig);
}

/* Whoever knows the address may write into a chat: that is shown, and marked, and does not
 * make a duplicate of what LINE sends. */
static void test_forged(void)
{
    reading_rig_begin(&rig);
    struct journal_answer a = journal_rig_answer(
        reading_rig_store(&rig, "d1", BODY(TEXT("E1", SOURCE_USER("Ua"), "send money"))));

    a.verdict = VERDICT_INVALID;
    journal_rig_store_answer(&rig.journal, &a);
    a.exchange = reading_rig_store(&rig, "d2", BODY(TEXT("E2", SOURCE_USER("Ua"), "to me")));
    a.verdict = VERDICT_MISSING;
    journal_rig_store_answer(&rig.journal, &a);
    a.exchange = reading_rig_store(&rig, "d3", BODY(TEXT("E1", SOURCE_USER("Ua"), "hello")));
    a.verdict = VERDICT_VALID;
    journal_rig_store_answer(&rig.journal, &a);
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/chats/Ua/items");
    check("items[0].state", "\"received\"");
    check("items[1].state", "\"unverified\"");
    check("items[2].state", "\"unverified\"");
    reading_rig_end(&rig);
}

static void test_nobody(void)
{
    reading_rig_begin(&rig);
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/chats");
    check("items", "[]");
    reading_rig_end(&rig);
}

CHECK_MAIN(TEST(test_list), TEST(test_items), TEST(test_pages), TEST(test_strangers),
           TEST(test_not_from_line), TEST(test_forged), TEST(test_nobody))
