/* A journal has a worker thread: thread-test. */
#include "tests/unit/check.h"

#include "tests/unit/support/reading_rig.h"

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
    check("items[0]", "{\"id\":\"Ua\",\"type\":\"user\",\"count\":5,\"last\":{"
                      "\"at\":1795894304960,\"type\":\"unsend\",\"sub\":\"\",\"text\":\"\"}}");
    check("items[1]", "{\"id\":\"Cg\",\"type\":\"group\",\"count\":1,\"last\":{"
                      "\"at\":1795894300000,\"type\":\"message\",\"sub\":\"text\","
                      "\"text\":\"hello\"}}");
    reading_rig_end(&rig);
}

static void test_items(void)
{
    begin();
    reading_rig_get(&rig, "/api/chats/Ua/items");
    CHECK_EQ(reading_rig_len(&rig, "items"), 5);
    check("next", "null");
    check("items[0].kind", "\"system\"");
    check("items[0].event.type", "\"unsend\"");
    check("items[0].exchange", "\"4\"");
    check("items[0].at", "1795894304960");
    check("items[1].id", "\"385\""); /* 3 * 128 + 1 */
    check("items[1].kind", "\"message\"");
    check("items[1].state", "\"duplicate\"");
    check("items[1].event.first_seen_id", "\"2\"");
    check("items[1].event.index", "1");
    check("items[2].state", "\"withdrawn\"");
    check("items[2].event.withdrawn", "true");
    check("items[2].event.text", "\"oops\"");
    check("items[3].state", "\"received\"");
    check("items[3].event.raw", TEXT("E2", SOURCE_USER("Ua"), "こんにちは"));
    check("items[3].user_id", "\"Ua\"");
    check("items[3].at", "1795894300000");
    check("items[4].event.type", "\"follow\"");
    CHECK_EQ(reading_rig_len(&rig, "items[0]"), 7);
    reading_rig_get(&rig, "/api/chats/Cg/items");
    CHECK_EQ(reading_rig_len(&rig, "items"), 1);
    check("items[0].user_id", "\"Ub\"");
    check("items[0].event.index", "1");
    reading_rig_end(&rig);
}

static void test_pages(void)
{
    begin();
    reading_rig_get(&rig, "/api/chats/Ua/items?limit=2");
    CHECK_EQ(reading_rig_len(&rig, "items"), 2);
    check("next", "\"385\"");
    reading_rig_get(&rig, "/api/chats/Ua/items?limit=2&before=385");
    check("items[0].id", "\"384\"");
    check("items[1].id", "\"256\"");
    check("next", "\"256\"");
    reading_rig_get(&rig, "/api/chats/Ua/items?limit=2&before=256");
    CHECK_EQ(reading_rig_len(&rig, "items"), 1);
    check("next", "null");
    reading_rig_refused(&rig, "/api/chats/Ua/items?before=0", 400, "bad_request");
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

/* Everything in the chat came from replays: it is none. */
static void test_only_replayed(void)
{
    struct journal_request r = journal_rig_request("d1", BODY(FOLLOW("E1", SOURCE_USER("Ua"))));

    reading_rig_begin(&rig);
    r.replay_of = 7;
    (void)reading_rig_record(&rig, &r);
    reading_rig_start(&rig);
    reading_rig_get(&rig, "/api/chats");
    check("items", "[]");
    reading_rig_get(&rig, "/api/chats/Ua/items");
    check("items", "[]");
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
           TEST(test_only_replayed), TEST(test_forged), TEST(test_nobody))
