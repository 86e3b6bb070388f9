/* No replayed or simulated event ever messages a real person: every way around that is known,
 * tried at the port. */
#include "base/container.h"
#include "unit/check.h"
#include "unit/support/lineapi_rig.h"

#define REPLY "/v2/bot/message/reply"
#define PUSH  "/v2/bot/message/push"
#define TEXT  "\"messages\":[{\"type\":\"text\",\"text\":\"hello\"}]"
#define MENU  "richmenu-00000000000000000000000000000001"

static const char push[] = "{\"to\":\"" LINEAPI_RIG_USER "\"," TEXT "}";

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
    push_guard_lease(&lineapi_rig.guard, 1, 30000);
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

/* Old clients, and those that name the whole URL. */
static void test_request_forms(void)
{
    static const char *const requests[] = {
        ("POST " PUSH " HTTP/1.0\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        ("POST http://api.line.me" PUSH " HTTP/1.1\r\nHost: api.line.me\r\nContent-Length: 0"
         "\r\n\r\n"),
        ("POST https://api.line.me" PUSH " HTTP/1.1\r\nHost: api.line.me\r\nContent-Length: 0"
         "\r\n\r\n"),
        "CONNECT api.line.me:443 HTTP/1.1\r\nHost: api.line.me:443\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST /v2/bot/message/push\r\n\r\n",
        ("GET /v2/bot/info HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nPOST " PUSH " HTTP/1.1\r\nHost: x\r\n"
         "Content-Length: 0\r\n\r\n"),
        ("GET /v2/bot/info HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
         "Content-Length: 2\r\n\r\n{}"),
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
           TEST(test_retry_key_after), TEST(test_own_menu_after), TEST(test_request_forms))
