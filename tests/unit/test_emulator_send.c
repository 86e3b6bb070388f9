/* Messages without a reply token: push, multicast, broadcast; the checks of messages alone. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"
#include "unit/support/mem_sweep.h"

#include "relay-client/lineapi/emulate/message/retry_keys.h"

#define PUSH      "/v2/bot/message/push"
#define MULTICAST "/v2/bot/message/multicast"
#define BROADCAST "/v2/bot/message/broadcast"
#define VALIDATE  "/v2/bot/message/validate/"
#define USAGE     "/v2/bot/message/quota/consumption"
#define HI        "[{\"type\":\"text\",\"text\":\"hi\"}]"
#define PROPERTY(name)                                                                         \
    "The property, " name ", in the request body is invalid (line: -, column: -)"

static unsigned push(const char *to)
{
    char body[512];

    (void)snprintf(body, sizeof body, "{\"to\":\"%s\",\"messages\":" HI "}", to);
    return emulator_rig_post(PUSH, body);
}

static void check_usage(const char *want)
{
    CHECK_EQ(emulator_rig_get(USAGE), 200);
    CHECK_STR(emulator_rig_text("totalUsage"), want);
}

/* --- push --- */

static void test_push(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(push(EMULATOR_RIG_USER), 200);
    CHECK(*emulator_rig_text("sentMessages[0].id") != '\0');
    CHECK(*emulator_rig_text("sentMessages[0].quoteToken") != '\0');
    check_usage("1");
    CHECK_EQ(push(""), 400);
    emulator_rig_check_detail("to", "May not be empty");
    CHECK_EQ(emulator_rig_post(PUSH, "{\"messages\":" HI "}"), 400);
    emulator_rig_check_detail("to", "May not be empty");
    check_usage("1");
    emulator_rig_close();
}

static void check_bad_to(const char *to)
{
    CHECK_EQ(push(to), 400);
    emulator_rig_check_message(400, PROPERTY("to"));
    CHECK_STR(emulator_rig.call.problem, "refused");
}

static void test_push_to(void)
{
    emulator_rig_open_and_start();
    check_bad_to("alice");
    check_bad_to("U1111111111111111111111111111111");
    check_bad_to("U111111111111111111111111111111111");
    check_bad_to("U1111111111111111111111111111111G");
    check_bad_to("UABCDEF11111111111111111111111111");
    check_bad_to("X11111111111111111111111111111111");
    CHECK_EQ(push(EMULATOR_RIG_GROUP), 200);
    CHECK_EQ(push(EMULATOR_RIG_ROOM), 200);
    emulator_rig_close();
}

static void test_push_to_left(void)
{
    emulator_rig_open_and_start();
    emulator_rig_group_event("leave", "");
    CHECK_EQ(push(EMULATOR_RIG_GROUP), 400);
    emulator_rig_check_message(400, "Failed to send messages");
    CHECK_STR(emulator_rig.call.problem, "refused");
    emulator_rig_group_event("join", "");
    CHECK_EQ(push(EMULATOR_RIG_GROUP), 200);
    emulator_rig_close();
}

/* Each member of a group counts. */
static void test_push_to_group(void)
{
    emulator_rig_open_and_start();
    emulator_rig_group_event("message", "U00000000000000000000000000000001");
    emulator_rig_group_event("message", "U00000000000000000000000000000002");
    emulator_rig_group_event("message", "U00000000000000000000000000000002");
    CHECK_EQ(push(EMULATOR_RIG_GROUP), 200);
    check_usage("2");
    emulator_rig_close();
}

static void check_units(const char *units, unsigned status)
{
    char body[512];

    (void)snprintf(body, sizeof body,
                   "{\"to\":\"" EMULATOR_RIG_USER "\",\"messages\":" HI
                   ",\"customAggregationUnits\":%s}",
                   units);
    CHECK_EQ(emulator_rig_post(PUSH, body), status);
}

static void test_units(void)
{
    emulator_rig_open_and_start();
    check_units("[]", 200);
    check_units("[\"abcdefghij_ABCDEFGHIJ012345678\"]", 200);
    check_units("[\"abcdefghij_ABCDEFGHIJ0123456789\"]", 400);
    CHECK_STR(emulator_rig_text("details[0].property"), "customAggregationUnits[0]");
    check_units("[\"\"]", 400);
    check_units("[\"a-b\"]", 400);
    check_units("[1]", 400);
    check_units("[\"a\",\"b\"]", 400);
    emulator_rig_check_detail("customAggregationUnits", "Size must be between 0 and 1");
    check_units("\"a\"", 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_close();
}

/* --- multicast --- */

/* To the same one so many times. */
static unsigned multicast(size_t len)
{
    static char body[64 * 1024];
    size_t at = (size_t)snprintf(body, sizeof body, "{\"messages\":" HI ",\"to\":[");

    for (size_t i = 0; i < len; i++)
        at += (size_t)snprintf(body + at, sizeof body - at, "%s\"" EMULATOR_RIG_USER "\"",
                               i > 0 ? "," : "");
    (void)snprintf(body + at, sizeof body - at, "]}");
    return emulator_rig_post(MULTICAST, body);
}

static void test_multicast(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(multicast(0), 400);
    emulator_rig_check_detail("to", "Size must be between 1 and 500");
    CHECK_EQ(multicast(1), 200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(multicast(500), 200);
    CHECK_EQ(multicast(501), 400);
    emulator_rig_check_detail("to", "Size must be between 1 and 500");
    check_usage("501");
    CHECK_EQ(emulator_rig_post(MULTICAST, "{\"messages\":" HI "}"), 400);
    emulator_rig_check_detail("to", "May not be empty");
    emulator_rig_close();
}

static void check_second(const char *id, const char *problem)
{
    char body[512];

    (void)snprintf(body, sizeof body,
                   "{\"to\":[\"" EMULATOR_RIG_USER "\",%s],\"messages\":" HI "}", id);
    CHECK_EQ(emulator_rig_post(MULTICAST, body), 400);
    emulator_rig_check_message(400, PROPERTY("to[1]"));
    CHECK_STR(emulator_rig.call.problem, problem);
}

static void test_multicast_to(void)
{
    emulator_rig_open_and_start();
    check_second("\"\"", "refused");
    check_second("\"alice\"", "refused");
    check_second("\"" EMULATOR_RIG_GROUP "\"", "refused");
    check_second("1", "wrong_type");
    check_second("null", "wrong_type");
    emulator_rig_close();
}

/* --- broadcast --- */

static void test_broadcast(void)
{
    const struct emulator_person person = {.id = SPAN(EMULATOR_RIG_USER), .name = SPAN("A")};

    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post(BROADCAST, "{\"messages\":" HI "}"), 200);
    CHECK_STR(emulator_rig.body, "{}");
    check_usage("0");
    CHECK_EQ(emulator_put_person(emulator_rig.emulator, &person), OK);
    emulator_rig_group_event("message", "U00000000000000000000000000000001");
    CHECK_EQ(emulator_rig_post(BROADCAST, "{\"messages\":" HI "}"), 200);
    check_usage("2");
    CHECK_EQ(emulator_rig_post(BROADCAST, "{\"messages\":[{}]}"), 400);
    CHECK_STR(emulator_rig_text("details[0].property"), "messages[0].type");
    CHECK_STR(emulator_rig_text("details[0].message"), "May not be empty");
    CHECK_EQ(emulator_rig_post(BROADCAST, "{\"messages\":\"hi\"}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_close();
}

/* --- quota --- */

static void check_over(void)
{
    emulator_rig_check_message(429, "You have reached your monthly limit.");
    CHECK_STR(emulator_rig.call.problem, "quota");
}

static void test_quota(void)
{
    emulator_rig_open();
    emulator_rig.options.quota = 3;
    emulator_rig_start();
    CHECK_EQ(multicast(4), 429);
    check_over();
    CHECK_EQ(multicast(2), 200);
    CHECK_EQ(multicast(2), 429);
    CHECK_EQ(push(EMULATOR_RIG_USER), 200);
    CHECK_EQ(push(EMULATOR_RIG_USER), 429);
    check_over();
    emulator_rig_message(GIVEN_BY_LINE, EMULATOR_RIG_TOKEN, "text", "1");
    CHECK_EQ(emulator_rig_post("/v2/bot/message/reply", "{\"replyToken\":\"" EMULATOR_RIG_TOKEN
                                                        "\",\"messages\":" HI "}"),
             200); /* is free */
    CHECK_EQ(emulator_rig_post(BROADCAST, "{\"messages\":" HI "}"), 429);
    check_usage("3");
    emulator_rig_advance(9ull * 86400000); /* December */
    check_usage("0");
    CHECK_EQ(push(EMULATOR_RIG_USER), 200);
    emulator_rig_close();
}

/* --- retry keys --- */

static unsigned send_with_key(const char *target, const char *body)
{
    emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
    return emulator_rig_post(target, body);
}

static void test_keys(void)
{
    static const char *const targets[] = {MULTICAST, BROADCAST};

    for (size_t i = 0; i < 2; i++) {
        emulator_rig_open_and_start();
        CHECK_EQ(send_with_key(targets[i],
                               "{\"to\":[\"" EMULATOR_RIG_USER "\"],\"messages\":" HI "}"),
                 200);
        CHECK_EQ(send_with_key(targets[i], "{}"), 409);
        emulator_rig_check_message(409, "The retry key is already accepted");
        CHECK_STR(emulator_rig.call.accepted_request, "00000000-0000-4000-8000-000000000001");
        CHECK_EQ(send_with_key(PUSH, "{}"), 409);
        emulator_rig_close();
    }
}

static const struct retry_key *find_key(const struct retry_keys *k, unsigned number)
{
    char text[RETRY_KEY_SIZE];

    (void)snprintf(text, sizeof text, "%036u", number);
    return retry_keys_find(k, text, 1000);
}

static void test_key_limit(void)
{
    struct retry_keys *keys;
    unsigned long live = mem_live();
    char sent[] = "[]";

    CHECK_EQ(retry_keys_new(&keys), OK);
    for (unsigned i = 0; i <= RETRY_KEYS_MAX; i++) {
        struct retry_key key = {.accepted_ms = 1000, .sent = i % 2 ? sent : NULL};
        (void)snprintf(key.key, sizeof key.key, "%036u", i);
        CHECK(!find_key(keys, i));
        CHECK_EQ(retry_keys_add(keys, &key), OK);
        CHECK(find_key(keys, i) != NULL);
        if (i == RETRY_KEYS_MAX - 1)
            CHECK(find_key(keys, 0) != NULL);
    }
    CHECK(!find_key(keys, 0));
    CHECK_STR(find_key(keys, 1)->sent, "[]");
    retry_keys_free(keys);
    retry_keys_free(NULL);
    CHECK_EQ(mem_live(), live);
}

/* --- validate --- */

#define MENTION                                                                                \
    "{\"messages\":[{\"type\":\"textV2\",\"text\":\"{a}\",\"substitution\":{\"a\":{\"type\":"  \
    "\"mention\",\"mentionee\":{\"type\":\"all\"}}}}]}"
#define TRACKED                                                                                \
    "{\"messages\":[{\"type\":\"video\",\"originalContentUrl\":\"https://example.com/a.mp4\"," \
    "\"previewImageUrl\":\"https://example.com/a.png\",\"trackingId\":\"t\"}]}"

static void test_validate(void)
{
    static const char *const kinds[] = {"reply", "push", "multicast", "narrowcast",
                                        "broadcast"};
    char target[64];

    emulator_rig_open_and_start();
    for (size_t i = 0; i < 5; i++) {
        (void)snprintf(target, sizeof target, VALIDATE "%s", kinds[i]);
        CHECK_EQ(emulator_rig_post(target, "{\"messages\":" HI "}"), 200);
        CHECK_STR(emulator_rig.body, "{}");
        CHECK_EQ(emulator_rig_post(target, "{}"), 400);
        CHECK_EQ(emulator_rig_post(target, "{\"messages\":[]}"), 400);
        emulator_rig_check_detail("messages", "Size must be between 1 and 5");
        CHECK_EQ(emulator_rig_post(target, "{\"messages\":3}"), 400);
        CHECK_STR(emulator_rig.call.problem, "wrong_type");
        CHECK_EQ(emulator_rig_post(target, MENTION), i < 2 ? 200 : 400);
        CHECK_EQ(emulator_rig_post(target, TRACKED), 200);
    }
    check_usage("0");
    emulator_rig_close();
}

/* --- memory --- */

static void sweep(const char *target, const char *body)
{
    emulator_rig_open_and_start();
    emulator_rig_group_event("message", EMULATOR_RIG_USER);
    for (unsigned long n = 1;; n++) {
        emulator_rig_advance(60000);
        emulator_rig_field("X-Line-Retry-Key", EMULATOR_RIG_KEY);
        mem_fail_at(n);
        unsigned status = emulator_rig_post(target, body);
        (void)mem_sweep_is_over(n);
        if (status == 200) {
            CHECK(n > 1);
            break;
        }
        CHECK_EQ(status, 500);
        check_usage("0");
    }
    CHECK_EQ(send_with_key(target, body), 409);
    emulator_rig_close();
}

static void test_memory(void)
{
    sweep(PUSH, "{\"to\":\"" EMULATOR_RIG_USER "\",\"messages\":" HI "}");
    sweep(MULTICAST, "{\"to\":[\"" EMULATOR_RIG_USER "\"],\"messages\":" HI "}");
    sweep(BROADCAST, "{\"messages\":" HI "}");
}

CHECK_MAIN(TEST(test_push), TEST(test_push_to), TEST(test_push_to_left),
           TEST(test_push_to_group), TEST(test_units), TEST(test_multicast),
           TEST(test_multicast_to), TEST(test_broadcast), TEST(test_quota), TEST(test_keys),
           TEST(test_key_limit), TEST(test_validate), TEST(test_memory))
