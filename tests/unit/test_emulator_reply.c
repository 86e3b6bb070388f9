/* Replies: the rules of their tokens, and what comes back. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"
#include "unit/support/mem_sweep.h"

#define REPLY    "/v2/bot/message/reply"
#define HI       "{\"type\":\"text\",\"text\":\"hi\"}"
#define MINUTE   60000u
#define EVENT_MS "1795325400000"

static unsigned reply(const char *token, const char *messages)
{
    char body[8192];

    (void)snprintf(body, sizeof body, "{\"replyToken\":\"%s\",\"messages\":[%s]}", token,
                   messages);
    return emulator_rig_post(REPLY, body);
}

static void check_refused(const char *token, const char *problem)
{
    CHECK_EQ(reply(token, HI), 400);
    emulator_rig_check_message(400, "Invalid reply token");
    CHECK_STR(emulator_rig.call.problem, problem);
}

static void give(enum given_origin origin)
{
    emulator_rig_message(origin, EMULATOR_RIG_TOKEN, "text", "500000000000000001");
}

static void test_once(void)
{
    emulator_rig_open_and_start();
    give(GIVEN_BY_LINE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
    check_refused(EMULATOR_RIG_TOKEN, "token_used");
    give(GIVEN_BY_LINE); /* once more, by the network or as a redelivery */
    check_refused(EMULATOR_RIG_TOKEN, "token_used");
    give(GIVEN_BY_REPLAY); /* which is for trying replies */
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
    check_refused(EMULATOR_RIG_TOKEN, "token_used");
    emulator_rig_close();
}

static void check_minute(enum given_origin origin)
{
    emulator_rig_open_and_start();
    give(origin);
    emulator_rig_advance(MINUTE + 1);
    check_refused(EMULATOR_RIG_TOKEN, "token_expired");
    give(origin);
    emulator_rig_advance(MINUTE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
    emulator_rig_close();
}

static void test_minute(void)
{
    check_minute(GIVEN_BY_LINE);
    check_minute(GIVEN_BY_REPLAY);
    check_minute(GIVEN_BY_SIMULATION);
}

static void test_relaxed(void)
{
    emulator_rig_open();
    emulator_rig.options.is_relaxed = true;
    emulator_rig_start();
    give(GIVEN_BY_SIMULATION);
    emulator_rig_advance(100 * MINUTE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
    check_refused(EMULATOR_RIG_TOKEN, "token_used");
    emulator_rig_close();
}

/* Of an event of EVENT_MS that comes again. */
static void redeliver(enum given_origin origin)
{
    emulator_rig_webhook(origin,
                         "{\"destination\":\"" EMULATOR_RIG_BOT "\",\"events\":[{\"type\":"
                         "\"follow\",\"timestamp\":" EVENT_MS ",\"source\":{\"type\":\"user\","
                         "\"userId\":\"" EMULATOR_RIG_USER "\"},\"deliveryContext\":{"
                         "\"isRedelivery\":true},\"replyToken\":\"" EMULATOR_RIG_TOKEN "\"}]}");
}

static void test_redelivery(void)
{
    emulator_rig_open_and_start();
    give(GIVEN_BY_LINE);
    emulator_rig_advance(10 * MINUTE);
    check_refused(EMULATOR_RIG_TOKEN, "token_expired");
    redeliver(GIVEN_BY_LINE);
    emulator_rig_advance(MINUTE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
    emulator_rig_close();
}

static void test_redelivery_of_old(void)
{
    emulator_rig_open_and_start();
    emulator_rig_advance(20 * MINUTE);
    redeliver(GIVEN_BY_LINE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, ""), 400); /* looked at first */
    emulator_rig_advance(1);
    check_refused(EMULATOR_RIG_TOKEN, "token_expired");
    redeliver(GIVEN_BY_REPLAY);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
    emulator_rig_close();
}

static void test_redelivery_of_answered(void)
{
    emulator_rig_open_and_start();
    give(GIVEN_BY_LINE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
    redeliver(GIVEN_BY_LINE);
    check_refused(EMULATOR_RIG_TOKEN, "token_used");
    emulator_rig_close();
}

static void test_strangers(void)
{
    emulator_rig_open_and_start();
    check_refused("fedcba9876543210fedcba9876543210", "token_foreign");
    check_refused("nHuyWiB7yP5Zw52FIkcQobQuGDXCTA", "token_foreign");
    check_refused("00000000000000000000000000000000", "token_foreign");
    check_refused(emulator_rig_mint(LINE_MINT_REPLY_TOKEN), "token_expired");
    check_refused("x", "token_unknown");
    check_refused("fedcba9876543210fedcba98765432100", "token_unknown");
    check_refused("fedcba9876543210fedcba987654321-", "token_unknown");
    emulator_rig_close();
}

/* --- what is in it --- */

static void test_refused_is_not_used(void)
{
    emulator_rig_open_and_start();
    give(GIVEN_BY_LINE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, "{\"type\":\"text\",\"text\":\"\"}"), 400);
    emulator_rig_check_detail("messages[0].text", "May not be empty");
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
    emulator_rig_close();
}

static void test_empty(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post(REPLY, "{\"messages\":[" HI "]}"), 400);
    emulator_rig_check_detail("replyToken", "May not be empty");
    CHECK_EQ(reply("", HI), 400);
    emulator_rig_check_detail("replyToken", "May not be empty");
    CHECK_EQ(emulator_rig_post(REPLY, "{\"replyToken\":null,\"messages\":[" HI "]}"), 400);
    CHECK_EQ(emulator_rig_post(REPLY, "{}"), 400);
    CHECK_STR(emulator_rig_text("message"), "The request body has 2 error(s)");
    CHECK_EQ(emulator_rig_post(REPLY, "{\"replyToken\":5,\"messages\":[" HI "]}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_close();
}

static void test_number_of_messages(void)
{
    emulator_rig_open_and_start();
    give(GIVEN_BY_LINE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, ""), 400);
    emulator_rig_check_detail("messages", "Size must be between 1 and 5");
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI "," HI "," HI "," HI "," HI "," HI), 400);
    emulator_rig_check_detail("messages", "Size must be between 1 and 5");
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI "," HI "," HI "," HI "," HI), 200);
    CHECK_STR(emulator_rig_text("sentMessages[5].id"), "");
    CHECK(*emulator_rig_text("sentMessages[4].id") != '\0');
    emulator_rig_close();
}

static void test_sent(void)
{
    struct span id, quote;

    emulator_rig_open_and_start();
    give(GIVEN_BY_LINE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN,
                   HI ",{\"type\":\"location\",\"title\":\"t\",\"address\":\"a\","
                      "\"latitude\":35.6,\"longitude\":139.7}"),
             200);
    id = span_text(emulator_rig_text("sentMessages[0].id"));
    CHECK(line_mint_is_own(&emulator_rig.mint, LINE_MINT_MESSAGE_ID, id));
    quote = span_text(emulator_rig_text("sentMessages[0].quoteToken"));
    CHECK(line_mint_is_own(&emulator_rig.mint, LINE_MINT_QUOTE_TOKEN, quote));
    CHECK(*emulator_rig_text("sentMessages[1].id") != '\0');
    CHECK_STR(emulator_rig_text("sentMessages[1].quoteToken"), "");
    emulator_rig_close();
}

#define MENTION                                                                                \
    "{\"type\":\"textV2\",\"text\":\"{a}\",\"substitution\":{\"a\":{\"type\":\"mention\","     \
    "\"mentionee\":{\"type\":\"all\"}}}}"

/* What may be in a reply hangs on where its event was. */
static void test_place(void)
{
    emulator_rig_open_and_start();
    give(GIVEN_BY_LINE);
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, MENTION), 400);
    emulator_rig_group_event("join", "");
    CHECK_EQ(reply(EMULATOR_RIG_TOKEN, MENTION), 200);
    emulator_rig_close();
}

/* --- memory --- */

static void test_memory(void)
{
    emulator_rig_open_and_start();
    for (unsigned long n = 1;; n++) {
        give(GIVEN_BY_REPLAY);
        mem_fail_at(n);
        unsigned status = reply(EMULATOR_RIG_TOKEN, HI "," HI);
        bool is_over = mem_sweep_is_over(n);
        if (status == 200) { /* what failed was the rig's copy, if anything */
            check_refused(EMULATOR_RIG_TOKEN, "token_used");
        } else {
            CHECK_EQ(status, 500);
            CHECK_EQ(reply(EMULATOR_RIG_TOKEN, HI), 200);
        }
        if (is_over)
            break;
    }
    emulator_rig_close();
}

CHECK_MAIN(TEST(test_once), TEST(test_minute), TEST(test_relaxed), TEST(test_redelivery),
           TEST(test_redelivery_of_old), TEST(test_redelivery_of_answered),
           TEST(test_strangers), TEST(test_refused_is_not_used), TEST(test_empty),
           TEST(test_number_of_messages), TEST(test_sent), TEST(test_place), TEST(test_memory))
