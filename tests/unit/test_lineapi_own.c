/* What is Hookline's own never reaches LINE, and what the user has said counts. */
#include "base/container.h"
#include "relay-client/lineapi/emulate/emulated_call.h"
#include "unit/check.h"
#include "unit/support/lineapi_rig.h"

#define REPLY         "/v2/bot/message/reply"
#define PUSH          "/v2/bot/message/push"
#define TEXT          "\"messages\":[{\"type\":\"text\",\"text\":\"hello\"}]"
#define FILE_READ_MAX ((size_t)10 * 1024 * 1024) /* as in lineapi_call_impl.h */
#define TOKEN         "0123456789abcdef0123456789abcdef"

static const char push[] = "{\"to\":\"" LINEAPI_RIG_USER "\"," TEXT "}";

static const char *reply_to(const char *token)
{
    static char body[300];

    (void)snprintf(body, sizeof body, "{\"replyToken\":\"%s\"," TEXT "}", token);
    return body;
}

/* --- reply tokens --- */

static void test_reply_to_replay(void)
{
    lineapi_rig_open_and_start();
    lineapi_rig_give(0, GIVEN_BY_LINE, TOKEN);
    lineapi_rig_give(0, GIVEN_BY_REPLAY, TOKEN);
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(TOKEN)), 200);
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(TOKEN)), 400);
    CHECK_STR(lineapi_rig_record()->problem, "token_used");
    lineapi_rig_stay_away((uint64_t)24 * 3600 * 1000);
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(TOKEN)), 400);
    CHECK_EQ(lineapi_rig_passed(), 0);
    lineapi_rig_close();
}

static void test_reply_to_simulation(void)
{
    lineapi_rig_open_and_start();
    const char *token = lineapi_rig_mint(LINE_MINT_REPLY_TOKEN);
    /* Of this process, and of one before: nobody remembers it, but it is ours. */
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(token)), 400);
    lineapi_rig_give(0, GIVEN_BY_SIMULATION, token);
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(token)), 200);
    /* As LINE's it would come if somebody sent it through the relay. */
    token = lineapi_rig_mint(LINE_MINT_REPLY_TOKEN);
    lineapi_rig_give(0, GIVEN_BY_LINE, token);
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(token)), 200);
    CHECK_EQ(lineapi_rig_passed(), 0);
    lineapi_rig_close();
}

/* A real person's answer goes out even then: it is theirs. */
static void test_live_reply(void)
{
    lineapi_rig_open_and_start();
    lineapi_rig_give(0, GIVEN_BY_LINE, TOKEN);
    push_guard_enter(&lineapi_rig.guard);
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(TOKEN)), 200);
    CHECK_EQ(lineapi_rig_passed(), 1);
    /* But not with two tokens, or with that token in another operation. */
    CHECK(lineapi_rig_post(REPLY, "{\"replyToken\":\"" TOKEN "\",\"replyToken\":\"x\"," TEXT
                                  "}") != 0);
    CHECK(lineapi_rig_post(REPLY, "{\"replyToken\":\"x\",\"replyToken\":\"" TOKEN "\"," TEXT
                                  "}") != 0);
    CHECK(lineapi_rig_post(REPLY, "{\"replyToken\":[\"" TOKEN "\"]," TEXT "}") != 0);
    CHECK(lineapi_rig_post(REPLY, "[{\"replyToken\":\"" TOKEN "\"," TEXT "}]") != 0);
    CHECK(lineapi_rig_post(PUSH, "{\"replyToken\":\"" TOKEN "\",\"to\":\"" LINEAPI_RIG_USER
                                 "\"," TEXT "}") != 0);
    CHECK_EQ(lineapi_rig_passed(), 1);
    lineapi_rig_close();
}

/* --- people and things that are nobody's --- */

static void check_stays(const char *method, const char *target, const char *body)
{
    CHECK(lineapi_rig_ask(method, target, NULL, body) != 0);
    CHECK_EQ(lineapi_rig_passed(), 0);
    CHECK(*lineapi_rig_record()->explanation != '\0');
}

static void test_own_ids(void)
{
    char target[300], body[400];

    lineapi_rig_open_and_start();
    const char *user = lineapi_rig_mint(LINE_MINT_USER);
    const char *group = lineapi_rig_mint(LINE_MINT_GROUP);
    (void)snprintf(body, sizeof body, "{\"to\":\"%s\"," TEXT "}", user);
    check_stays("POST", PUSH, body);
    (void)snprintf(body, sizeof body, "{\"to\":\"%s\"," TEXT "}", group);
    check_stays("POST", PUSH, body);
    (void)snprintf(body, sizeof body, "{\"to\":[\"%s\",\"%s\"]," TEXT "}", LINEAPI_RIG_USER,
                   user);
    check_stays("POST", "/v2/bot/message/multicast", body);
    (void)snprintf(body, sizeof body, "{\"chatId\":\"%s\"}", user);
    check_stays("POST", "/v2/bot/chat/loading/start", body);
    (void)snprintf(body, sizeof body, "{\"chat\":{\"userId\":\"%s\"}}", user);
    check_stays("POST", "/v2/bot/message/markAsRead", body);
    (void)snprintf(body, sizeof body, "{\"to\":\"%s\",\"to\":\"%s\"," TEXT "}",
                   LINEAPI_RIG_USER, user);
    check_stays("POST", PUSH, body);
    (void)snprintf(target, sizeof target, "/v2/bot/profile/%s", user);
    check_stays("GET", target, NULL);
    (void)snprintf(target, sizeof target, "/v2/bot/profile/%%55%s", user + 1);
    check_stays("GET", target, NULL);
    (void)snprintf(target, sizeof target, "/v2/bot/group/%s/leave", group);
    check_stays("POST", target, NULL);
    (void)snprintf(target, sizeof target, "/v2/bot/message/%s/content",
                   lineapi_rig_mint(LINE_MINT_MESSAGE_ID));
    check_stays("GET", target, NULL);
    (void)snprintf(target, sizeof target, "/v2/bot/user/%s/richmenu/%s", LINEAPI_RIG_USER,
                   lineapi_rig_mint(LINE_MINT_RICH_MENU));
    check_stays("POST", target, NULL);
    lineapi_rig_close();
}

/* One that is only spoken of is no reason. */
static void test_own_id_in_text(void)
{
    char body[300];

    lineapi_rig_open_and_start();
    (void)snprintf(body, sizeof body,
                   "{\"to\":\"%s\",\"messages\":[{\"type\":\"text\",\"text\":\"%s\"}]}",
                   LINEAPI_RIG_USER, lineapi_rig_mint(LINE_MINT_USER));
    CHECK_EQ(lineapi_rig_post(PUSH, body), 200);
    CHECK_EQ(lineapi_rig_passed(), 1);
    lineapi_rig_close();
}

/* --- modes --- */

static void test_live_push(void)
{
    lineapi_rig_open();
    lineapi_rig.options.live_push = true;
    CHECK_EQ(lineapi_rig_start(), OK);
    push_guard_enter(&lineapi_rig.guard);
    CHECK_EQ(lineapi_rig_post(PUSH, push), 200);
    CHECK_EQ(lineapi_rig_passed(), 1);
    lineapi_rig_give(0, GIVEN_BY_REPLAY, TOKEN);
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(TOKEN)), 200);
    CHECK_EQ(lineapi_rig_passed(), 1); /* LINE would not take it anyway */
    lineapi_rig_close();
}

/* Harmless ones go out: the bot needs the real name. */
static void test_harmless(void)
{
    static const struct {
        const char *method, *target, *body;
    } calls[] = {
        {"GET", "/v2/bot/info", NULL},
        {"GET", "/v2/bot/profile/" LINEAPI_RIG_USER, NULL},
        {"GET", "/v2/bot/message/444573844083572737/content", NULL},
        {"POST", "/v2/bot/message/validate/push", "{" TEXT "}"},
        {"POST", "/oauth2/v3/token", "grant_type=client_credentials"},
    };

    lineapi_rig_open_and_start();
    push_guard_enter(&lineapi_rig.guard);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        CHECK_EQ(lineapi_rig_ask(calls[i].method, calls[i].target, NULL, calls[i].body), 200);
        CHECK_EQ(lineapi_rig_passed(), i + 1);
    }
    lineapi_rig_close();
}

static void test_unconfigured(void)
{
    lineapi_rig_open();
    lineapi_rig.options.is_configured = false;
    CHECK_EQ(lineapi_rig_start(), OK);
    lineapi_rig_give(0, GIVEN_BY_LINE, TOKEN);
    CHECK_EQ(lineapi_rig_post(REPLY, reply_to(TOKEN)), 200);
    CHECK_EQ(lineapi_rig_post(PUSH, push), 200);
    CHECK_EQ(lineapi_rig_ask("GET", "/v2/bot/info", NULL, NULL), 200);
    CHECK_EQ(lineapi_rig_ask("GET", "/v2/bot/nothing", NULL, NULL), 404);
    CHECK_STR(lineapi_rig_body(), "{\"message\":\"Not found\"}");
    CHECK_STR(lineapi_rig_record()->problem, "unknown_path");
    CHECK_EQ(lineapi_rig_ask("GET", PUSH, NULL, NULL), 405);
    CHECK_STR(lineapi_rig_record()->problem, "wrong_method");
    CHECK_EQ(lineapi_rig_ask("GET", "/liff/v1/apps", NULL, NULL), 501);
    CHECK_STR(lineapi_rig_record()->problem, "not_emulated");
    CHECK(strstr(lineapi_rig_body(), "getAllLIFFApps is not emulated") != NULL);
    CHECK_EQ(strlen(lineapi_rig_field("x-line-request-id")), 36);
    CHECK_EQ(lineapi_rig_passed(), 0);
    lineapi_rig_close();
}

static void test_forced(void)
{
    lineapi_rig_open();
    lineapi_rig.options.mode = LINEAPI_EMULATE;
    CHECK_EQ(lineapi_rig_start(), OK);
    CHECK_EQ(lineapi_rig_post(PUSH, push), 200);
    CHECK_EQ(lineapi_rig_passed(), 0);
    lineapi_rig_close();

    lineapi_rig_open();
    lineapi_rig.options.mode = LINEAPI_PASS;
    lineapi_rig.options.is_configured = false;
    CHECK_EQ(lineapi_rig_start(), OK);
    push_guard_enter(&lineapi_rig.guard);
    CHECK_EQ(lineapi_rig_post(PUSH, push), 200);
    CHECK_EQ(lineapi_rig_passed(), 1);
    lineapi_rig_close();
}

/* More than a stream takes at once; what comes behind the answer is not read any more. */
static void send_in_pieces(const struct public_request *request)
{
    static const size_t piece = (size_t)256 * 1024;
    struct public_client *c = &lineapi_rig.client;

    lineapi_rig_send(request);
    for (size_t at = 0; at < request->body.len && !public_client_look(c); at += piece) {
        struct span part = span_slice(request->body, at, at + piece);
        if (!public_client_more(c, part.ptr, part.len))
            return;
        for (int turn = 0; turn < 4; turn++)
            loop_turn(lineapi_rig.journal.loop, false);
    }
}

/* A file is read no further than it takes to know that it is too large. */
static void test_large_files(void)
{
    static const size_t sizes[] = {EMULATED_BODY_MAX, EMULATED_BODY_MAX + 1, FILE_READ_MAX,
                                   FILE_READ_MAX + 1, 2 * FILE_READ_MAX};
    static char file[2 * FILE_READ_MAX];

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        const struct public_request request = {
            .method = "POST",
            .authority = "localhost",
            .target = "/v2/bot/richmenu/richmenu-1/content",
            .fields = "authorization: Bearer t\ncontent-type: image/png\n",
            .body = {file, sizes[i]},
            .has_body = true,
            .is_begun = true,
        };
        lineapi_rig_open();
        lineapi_rig.options.is_configured = false;
        CHECK_EQ(lineapi_rig_start(), OK);
        send_in_pieces(&request);
        CHECK_EQ(lineapi_rig_receive(), i == 0 ? 404 : 413);
        const struct lineapi_rig_record *r = lineapi_rig_record();
        CHECK_EQ(r->request_len, JOURNAL_CALL_BODY_MAX);
        CHECK(r->request_truncated);
        lineapi_rig_close();
    }
}

CHECK_MAIN(TEST(test_reply_to_replay), TEST(test_reply_to_simulation), TEST(test_live_reply),
           TEST(test_own_ids), TEST(test_own_id_in_text), TEST(test_live_push),
           TEST(test_harmless), TEST(test_unconfigured), TEST(test_forced),
           TEST(test_large_files))
