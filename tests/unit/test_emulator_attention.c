/* What a user would notice without a message, and link tokens. */
#include "unit/check.h"
#include "unit/support/emulator_rig.h"

static void test_link_token(void)
{
    char first[64];

    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post("/v2/bot/user/" EMULATOR_RIG_USER "/linkToken", NULL), 200);
    (void)snprintf(first, sizeof first, "%s", emulator_rig_text("linkToken"));
    CHECK_EQ(strlen(first), 32);
    CHECK_EQ(emulator_rig_post("/v2/bot/user/" EMULATOR_RIG_USER "/linkToken", NULL), 200);
    CHECK(strcmp(emulator_rig_text("linkToken"), first) != 0);
    CHECK_EQ(emulator_rig_post("/v2/bot/user/bob/linkToken", NULL), 400);
    emulator_rig_close();
}

static unsigned load(const char *chat, const char *seconds)
{
    char body[256];

    (void)snprintf(body, sizeof body, "{\"chatId\":\"%s\",\"loadingSeconds\":%s}", chat,
                   seconds);
    return emulator_rig_post("/v2/bot/chat/loading/start", body);
}

static void test_loading(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post("/v2/bot/chat/loading/start",
                               "{\"chatId\":\"" EMULATOR_RIG_USER "\"}"),
             202);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(load(EMULATOR_RIG_USER, "5"), 202);
    CHECK_EQ(load(EMULATOR_RIG_USER, "60"), 202);
    CHECK_EQ(load(EMULATOR_RIG_USER, "0"), 400);
    emulator_rig_check_detail("loadingSeconds", "Must be between 5 and 60");
    CHECK_EQ(load(EMULATOR_RIG_USER, "65"), 400);
    emulator_rig_check_detail("loadingSeconds", "Must be between 5 and 60");
    CHECK_EQ(load(EMULATOR_RIG_USER, "59"), 400);
    emulator_rig_check_detail("loadingSeconds", "must be a multiple of five");
    CHECK_EQ(load(EMULATOR_RIG_USER, "61"), 400);
    CHECK_STR(emulator_rig.body,
              "{\"message\":\"The request body has 2 error(s)\",\"details\":[{\"message\":"
              "\"Must be between 5 and 60\",\"property\":\"loadingSeconds\"},{\"message\":"
              "\"must be a multiple of five\",\"property\":\"loadingSeconds\"}]}");
    CHECK_EQ(load(EMULATOR_RIG_USER, "5.5"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    CHECK_EQ(load(EMULATOR_RIG_USER, "\"5\""), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    CHECK_EQ(load(EMULATOR_RIG_GROUP, "5"), 400);
    emulator_rig_check_detail("chatId",
                              "Only user id is acceptable, please confirm if there are "
                              "any group/room ids or illegal ids.");
    CHECK_EQ(load("", "5"), 400);
    emulator_rig_check_detail("chatId", "May not be empty");
    emulator_rig_close();
}

static unsigned mark(const char *token)
{
    char body[256];

    (void)snprintf(body, sizeof body, "{\"markAsReadToken\":\"%s\"}", token);
    return emulator_rig_post("/v2/bot/chat/markAsRead", body);
}

static void test_mark_as_read(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(mark(emulator_rig_mint(LINE_MINT_READ_TOKEN)), 200);
    CHECK_STR(emulator_rig.body, "{}");
    CHECK_EQ(mark("0123456789abcdef"), 200);
    CHECK_EQ(mark("0123456789abcde"), 400);
    emulator_rig_check_message(400, "Invalid markAsReadToken. Tokens must be used by the bot "
                                    "that received them via Webhook.");
    CHECK_EQ(mark("{your token goes here}"), 400);
    CHECK_EQ(mark(""), 400);
    emulator_rig_check_detail("markAsReadToken", "May not be empty");
    CHECK_EQ(emulator_rig_post("/v2/bot/chat/markAsRead", "{\"markAsReadToken\":1}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_close();
}

static void test_mark_user_as_read(void)
{
    emulator_rig_open_and_start();
    CHECK_EQ(emulator_rig_post("/v2/bot/message/markAsRead",
                               "{\"chat\":{\"userId\":\"" EMULATOR_RIG_USER "\"}}"),
             200);
    CHECK_EQ(emulator_rig_post("/v2/bot/message/markAsRead", "{\"chat\":{\"userId\":\"x\"}}"),
             400);
    emulator_rig_check_message(
        400, "The property, chat.userId, in the request body is invalid (line: -, column: -)");
    CHECK_STR(emulator_rig.call.problem, "refused");
    CHECK_EQ(emulator_rig_post("/v2/bot/message/markAsRead", "{\"chat\":{}}"), 400);
    CHECK_EQ(emulator_rig_post("/v2/bot/message/markAsRead", "{\"chat\":[]}"), 400);
    CHECK_STR(emulator_rig.call.problem, "wrong_type");
    emulator_rig_close();
}

CHECK_MAIN(TEST(test_link_token), TEST(test_loading), TEST(test_mark_as_read),
           TEST(test_mark_user_as_read))
