/* No replayed or simulated event ever messages a real person: every way around that is known,
 * tried at the port. */
#include "base/container.h"
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/lineapi_rig.h"

#define REPLY "/v2/bot/message/reply"
#define PUSH  "/v2/bot/message/push"
#define TEXT  "\"messages\":[{\"type\":\"text\",\"text\":\"hello\"}]"
#define TOKEN "0123456789abcdef0123456789abcdef"
#define MENU  "richmenu-00000000000000000000000000000001"

static const char push[] = "{\"to\":\"" LINEAPI_RIG_USER "\"," TEXT "}";

static const char *reply_to(const char *token)
{
    static char body[300];

    (void)snprintf(body, sizeof body, "{\"replyToken\":\"%s\"," TEXT "}", token);
    return body;
}

/* --- what a person could notice, asked for in every way --- */

static const struct {
    const char *method, *target, *body;
} harmful[] = {
    {"POST", PUSH, push},
    {"POST", PUSH "?x=1", push},
    {"POST", "/v2/bot/message/multicast", "{\"to\":[\"" LINEAPI_RIG_USER "\"]," TEXT "}"},
    {"POST", "/v2/bot/message/broadcast", "{" TEXT "}"},
    {"POST", "/v2/bot/message/narrowcast", "{" TEXT "}"},
    {"POST", "/bot/pnp/push", push},
    {"POST", REPLY, "{\"replyToken\":\"ffffffffffffffffffffffffffffffff\"," TEXT "}"},
    {"POST", REPLY, "{" TEXT "}"},
    {"POST", REPLY, "no JSON"},
    {"POST", REPLY, ""},
    {"POST", "/v2/bot/user/" LINEAPI_RIG_USER "/richmenu/" MENU, NULL},
    {"DELETE", "/v2/bot/user/" LINEAPI_RIG_USER "/richmenu", NULL},
    {"POST", "/v2/bot/user/all/richmenu/" MENU, NULL},
    {"DELETE", "/v2/bot/user/all/richmenu", NULL},
    {"POST", "/v2/bot/richmenu/bulk/link",
     "{\"richMenuId\":\"" MENU "\",\"userIds\":[\"" LINEAPI_RIG_USER "\"]}"},
    {"POST", "/v2/bot/richmenu/bulk/unlink", "{\"userIds\":[\"" LINEAPI_RIG_USER "\"]}"},
    {"POST", "/v2/bot/richmenu/batch", "{\"operations\":[]}"},
    {"DELETE", "/v2/bot/richmenu/" MENU, NULL},
    {"POST", "/v2/bot/richmenu/" MENU "/content", "image"},
    {"POST", "/v2/bot/chat/loading/start", "{\"chatId\":\"" LINEAPI_RIG_USER "\"}"},
    {"POST", "/v2/bot/chat/markAsRead", "{\"markAsReadToken\":\"t\"}"},
    {"POST", "/v2/bot/message/markAsRead", "{\"chat\":{\"userId\":\"" LINEAPI_RIG_USER "\"}}"},
    {"POST", "/v2/bot/group/" LINEAPI_RIG_CHAT "/leave", NULL},
    {"POST", "/v2/bot/room/R3333/leave", NULL},
    {"POST", "/v2/bot/coupon", "{}"},
    {"POST", "/shop/v3/mission", "{}"},
    {"POST", "/v2/bot/chat/" LINEAPI_RIG_USER "/control/acquire", "{}"},
    /* new at LINE, or a trick */
    {"POST", "/v2/bot/message/telepathy", push},
    {"POST", "/v3/bot/message/push", push},
    {"POST", PUSH "/", push},
    {"POST", "//v2/bot/message/push", push},
    {"POST", "/v2/bot/message//push", push},
    {"POST", "/v2/bot/message/./push", push},
    {"POST", "/v2/bot/message/validate/../push", push},
    {"POST", "/v2/bot/message/validate%2F..%2Fpush", push},
    {"POST", "/v2/bot/message%2Fpush", push},
    {"POST", "/v2/bot/message/%70ush", push},
    {"POST", "/v2/bot/message/PUSH", push},
    {"POST", "/v2/bot/message/push;x=y", push},
    {"POST", "/v2/bot/message/push%00", push},
    {"PUT", PUSH, push},
    {"PATCH", PUSH, push},
    {"post", PUSH, push},
    {"QUERY", PUSH, push},
    {"HEAD", PUSH, NULL},
    {"OPTIONS", PUSH, NULL},
    {"GET", PUSH, NULL}, /* no operation: nobody knows what LINE makes of it */
    {"GET", "/v2/bot/profile/" LINEAPI_RIG_USER "/../../message/push", NULL},
    {"GET", "/v2/bot/info", push}, /* with a body */
};

static const char *const fields[] = {
    NULL,
    "authorization: Bearer t\ncontent-type: application/json\n"
    "x-line-retry-key: 123e4567-e89b-42d3-a456-426614174000\n",
    "authorization: Bearer t\ncontent-type: application/json\nx-http-method-override: GET\n",
    "authorization: Bearer t\ncontent-type: text/plain\n",
    "authorization: Bearer t\ncontent-type: application/json\ncontent-encoding: gzip\n",
    "authorization: Bearer t\ncontent-type: application/json\nconnection: authorization\n",
    "content-type: application/json\n",
};

static void try_all(void)
{
    for (size_t i = 0; i < ARRAY_LEN(harmful); i++)
        for (size_t f = 0; f < ARRAY_LEN(fields); f++) {
            (void)lineapi_rig_ask(harmful[i].method, harmful[i].target, fields[f],
                                  harmful[i].body);
            if (lineapi_rig_passed() > 0)
                (void)fprintf(stderr, "%s %s\n", harmful[i].method, harmful[i].target);
            CHECK_EQ(lineapi_rig_passed(), 0);
        }
}

static void test_inside(void)
{
    lineapi_rig_open_and_start();
    push_guard_enter(&lineapi_rig.guard);
    try_all();
    lineapi_rig_close();
}

static void test_lease(void)
{
    lineapi_rig_open_and_start();
    push_guard_lease(&lineapi_rig.guard, 30000);
    try_all();
    lineapi_rig_close();
}

/* Every second of the minute after; then the same call goes out. */
static void test_after(void)
{
    lineapi_rig_open_and_start();
    push_guard_enter(&lineapi_rig.guard);
    push_guard_leave(&lineapi_rig.guard);
    for (int second = 0; second < 60; second++) {
        CHECK(lineapi_rig_post(PUSH, push) != 0);
        CHECK_EQ(lineapi_rig_passed(), 0);
        lineapi_rig_advance(second < 59 ? 1000 : 999);
    }
    CHECK_EQ(lineapi_rig_post(PUSH, push), 200);
    CHECK_EQ(lineapi_rig_passed(), 0);
    CHECK(strstr(lineapi_rig_record()->explanation, "--live-push") != NULL);
    CHECK_STR(lineapi_rig_record()->problem, "");
    lineapi_rig_advance(1);
    CHECK_EQ(lineapi_rig_post(PUSH, push), 200);
    CHECK_EQ(lineapi_rig_passed(), 1);
    CHECK_STR(lineapi_rig_record()->explanation, "");
    lineapi_rig_close();
}

/* A replay begins while a body is on its way: the last byte counts. */
static void test_begins_under_way(void)
{
    struct public_request request = {.method = "POST",
                                     .authority = "localhost",
                                     .target = PUSH,
                                     .fields = "authorization: Bearer t\n"
                                               "content-type: application/json\n",
                                     .has_body = true,
                                     .is_begun = true,
                                     .chunked = true};

    lineapi_rig_open_and_start();
    lineapi_rig_send(&request);
    CHECK(public_client_more(&lineapi_rig.client, push, 20));
    for (int turn = 0; turn < 5; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    push_guard_enter(&lineapi_rig.guard);
    CHECK(public_client_more(&lineapi_rig.client, push + 20, sizeof push - 21));
    CHECK(public_client_end(&lineapi_rig.client));
    CHECK_EQ(lineapi_rig_receive(), 200);
    CHECK_EQ(lineapi_rig_passed(), 0);
    lineapi_rig_close();
}

/* The bot tries again what it has sent while the guard was on: it was accepted here. */
static void test_retry_key_after(void)
{
    static const char retry[] = "authorization: Bearer t\ncontent-type: application/json\n"
                                "x-line-retry-key: 123e4567-e89b-42d3-a456-426614174000\n";

    lineapi_rig_open_and_start();
    push_guard_enter(&lineapi_rig.guard);
    CHECK_EQ(lineapi_rig_ask("POST", PUSH, retry, push), 200);
    push_guard_leave(&lineapi_rig.guard);
    lineapi_rig_stay_away(3600 * 1000);
    CHECK_EQ(lineapi_rig_ask("POST", PUSH, retry, push), 409);
    CHECK_EQ(lineapi_rig_passed(), 0);
    lineapi_rig_close();
}

/* A rich menu that was made while the guard was on is not LINE's, ever. */
static void test_own_menu_after(void)
{
    static const char menu[] =
        "{\"size\":{\"width\":2500,\"height\":843},\"selected\":false,\"name\":\"n\","
        "\"chatBarText\":\"c\",\"areas\":[{\"bounds\":{\"x\":0,\"y\":0,\"width\":2500,"
        "\"height\":843},\"action\":{\"type\":\"message\",\"label\":\"l\",\"text\":\"t\"}}]}";
    char id[80] = "", target[200];

    lineapi_rig_open_and_start();
    push_guard_enter(&lineapi_rig.guard);
    CHECK_EQ(lineapi_rig_post("/v2/bot/richmenu", menu), 200);
    CHECK_EQ(sscanf(lineapi_rig_body(), "{\"richMenuId\":\"%79[^\"]", id), 1);
    push_guard_leave(&lineapi_rig.guard);
    lineapi_rig_stay_away(3600 * 1000);
    (void)snprintf(target, sizeof target, "/v2/bot/user/%s/richmenu/%s", LINEAPI_RIG_USER, id);
    CHECK(lineapi_rig_ask("POST", target, NULL, NULL) != 0);
    (void)snprintf(target, sizeof target, "/v2/bot/richmenu/%s", id);
    CHECK_EQ(lineapi_rig_ask("GET", target, NULL, NULL), 200);
    CHECK_EQ(lineapi_rig_passed(), 0);
    lineapi_rig_close();
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

/* Old clients, and those that name the whole URL. */
static void test_request_forms(void)
{
    static const char *const requests[] = {
        "POST " PUSH " HTTP/1.0\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "POST http://api.line.me" PUSH " HTTP/1.1\r\nHost: api.line.me\r\nContent-Length: 0"
        "\r\n\r\n",
        "POST https://api.line.me" PUSH " HTTP/1.1\r\nHost: api.line.me\r\nContent-Length: 0"
        "\r\n\r\n",
        "CONNECT api.line.me:443 HTTP/1.1\r\nHost: api.line.me:443\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST /v2/bot/message/push\r\n\r\n",
        "GET /v2/bot/info HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nPOST " PUSH " HTTP/1.1\r\nHost: x\r\n"
        "Content-Length: 0\r\n\r\n",
        "GET /v2/bot/info HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
        "Content-Length: 2\r\n\r\n{}",
    };

    lineapi_rig_open_and_start();
    push_guard_enter(&lineapi_rig.guard);
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        struct stream *s =
            loopback_tcp(lineapi_rig.journal.loop, lineapi_port(lineapi_rig.lineapi));
        loopback_sit(&lineapi_rig.client, lineapi_rig.journal.loop, s, false);
        net_peer_say(&lineapi_rig.client.peer, requests[i]);
        net_peer_wait_bytes(&lineapi_rig.client.peer, 12);
        CHECK(memcmp(lineapi_rig.client.peer.got, "HTTP/1.", 7) == 0);
        loopback_leave(&lineapi_rig.client);
        CHECK_EQ(lineapi_rig_passed(), 0);
    }
    lineapi_rig_close();
}

CHECK_MAIN(TEST(test_inside), TEST(test_lease), TEST(test_after), TEST(test_begins_under_way),
           TEST(test_retry_key_after), TEST(test_own_menu_after), TEST(test_reply_to_replay),
           TEST(test_reply_to_simulation), TEST(test_live_reply), TEST(test_own_ids),
           TEST(test_own_id_in_text), TEST(test_live_push), TEST(test_harmless),
           TEST(test_unconfigured), TEST(test_forced), TEST(test_request_forms))
