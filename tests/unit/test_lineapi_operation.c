#include "relay-client/lineapi/lineapi_operation.h"

#include "base/container.h"
#include "check.h"
#include "unit/support/line_operations.h"

static struct lineapi_match match;

static const char *find(const char *method, const char *target)
{
    lineapi_operation_find(span_text(method), span_text(target), &match);
    return match.operation ? match.operation->name : NULL;
}

static void check_param(size_t index, const char *want)
{
    CHECK(span_is(match.params[index], span_text(want)));
}

/* "{richMenuId}" becomes an id. */
static void fill_in(char *out, size_t size, const char *pattern)
{
    size_t len = 0;

    for (const char *c = pattern; *c; c++) {
        if (*c != '{') {
            out[len++] = *c;
            continue;
        }
        len += (size_t)snprintf(out + len, size - len, "Ab-1_x~");
        c = strchr(c, '}');
    }
    out[len] = '\0';
}

static void test_every_operation(void)
{
    char path[200];

    CHECK_EQ(line_operations_len, 112);
    for (size_t i = 0; i < line_operations_len; i++) {
        fill_in(path, sizeof path, line_operations[i].path);
        CHECK_STR(find(line_operations[i].method, path), line_operations[i].name);
        CHECK(!match.is_method_wrong);
        CHECK_STR(match.operation->pattern, line_operations[i].path);
    }
}

struct count {
    size_t line, works, others;
    const struct lineapi_operation *looked_at;
};

static bool is_same(void *owner, const struct lineapi_operation *o)
{
    struct count *c = owner;

    c->others += strcmp(o->name, c->looked_at->name) == 0;
    return true;
}

static bool look(void *owner, const struct lineapi_operation *o)
{
    struct count *c = owner;
    struct count same = {.looked_at = o};

    c->works += o->host == LINEAPI_HOST_WORKS;
    c->line += o->host != LINEAPI_HOST_WORKS;
    lineapi_operation_each(is_same, &same);
    CHECK_EQ(same.others, 1);
    CHECK(*o->pattern == '/');
    CHECK_EQ(o->rate > 0, o->rate_ms > 0);
    return true;
}

/* No more than these, and none of them twice. */
static void test_tables(void)
{
    struct count c = {0};

    lineapi_operation_each(look, &c);
    CHECK_EQ(c.line, 112);
    CHECK(c.works > 0);
}

static bool stop(void *owner, const struct lineapi_operation *o)
{
    (void)o;
    return ++*(int *)owner < 3;
}

static void test_each_stops(void)
{
    int calls = 0;

    lineapi_operation_each(stop, &calls);
    CHECK_EQ(calls, 3);
}

static void test_literal_before_parameter(void)
{
    CHECK_STR(find("GET", "/v2/bot/richmenu/list"), "getRichMenuList");
    CHECK_STR(find("GET", "/v2/bot/richmenu/richmenu-1"), "getRichMenu");
    CHECK_STR(find("DELETE", "/v2/bot/richmenu/list"), "deleteRichMenu");
    check_param(0, "list");
    CHECK_STR(find("GET", "/v2/bot/richmenu/alias/list"), "getRichMenuAliasList");
    CHECK_STR(find("GET", "/v2/bot/richmenu/alias/all"), "getRichMenuAlias");
    CHECK_STR(find("DELETE", "/v2/bot/user/all/richmenu"), "cancelDefaultRichMenu");
    CHECK_STR(find("DELETE", "/v2/bot/user/U1/richmenu"), "unlinkRichMenuIdFromUser");
    CHECK_STR(find("POST", "/v2/bot/user/all/richmenu/r1"), "setDefaultRichMenu");
    CHECK_STR(find("POST", "/v2/bot/user/U1/richmenu/r1"), "linkRichMenuIdToUser");
    CHECK_STR(find("GET", "/v2/bot/membership/subscription/U1"), "getMembershipSubscription");
    CHECK_STR(find("GET", "/v2/bot/audienceGroup/shared/list"), "getSharedAudienceGroups");
}

static void test_params(void)
{
    CHECK_STR(find("GET", "/v2/bot/group/Cgroup/member/Uuser?x=1&y=%20"),
              "getGroupMemberProfile");
    check_param(0, "Cgroup");
    check_param(1, "Uuser");
    check_param(2, "");
    CHECK(span_is(match.query, SPAN("x=1&y=%20")));
    CHECK_STR(find("GET", "/v2/bot/profile/%55%61%2D1"), "getProfile");
    check_param(0, "Ua-1");
    CHECK_STR(find("GET", "/v2/bot/profile/U1?"), "getProfile");
    CHECK_EQ(match.query.len, 0);
    CHECK_STR(find("GET", "/v2/bot/profile/U1"), "getProfile");
    CHECK_EQ(match.query.len, 0);
}

static void test_method(void)
{
    CHECK_STR(find("GET", "/v2/bot/message/push"), NULL);
    CHECK(match.is_method_wrong);
    CHECK_STR(find("post", "/v2/bot/message/push"), NULL);
    CHECK(match.is_method_wrong);
    CHECK_STR(find("HEAD", "/v2/bot/info"), NULL);
    CHECK(match.is_method_wrong);
    CHECK_STR(find("POST", "/v2/bot/message/pushes"), NULL);
    CHECK(!match.is_method_wrong);
    CHECK_STR(find("POST", "/v2/bot/richmenu/richmenu-1"), NULL);
    CHECK(match.is_method_wrong);
    CHECK(match.operation == NULL);
}

static void check_methods(const char *target, const char *want)
{
    char methods[LINEAPI_METHODS_SIZE];

    lineapi_operation_methods(span_text(target), methods);
    CHECK_STR(methods, want);
}

static void test_methods(void)
{
    check_methods("/v2/bot/message/push", "POST");
    check_methods("/v2/bot/coupon?limit=1", "POST, GET");
    check_methods("/v2/bot/richmenu/alias/a", "GET, POST, DELETE");
    check_methods("/v2/bot/richmenu/richmenu-1", "GET, DELETE");
    check_methods("/v2/bot/richmenu/list", "GET");
    check_methods("/v2/bot/nothing", "");
    check_methods("v2/bot/info", "");
    check_methods("", "");
}

/* What another server might take for a push, or for something harmless, is none of ours. */
static const char *const tricks[] = {
    "/v2/bot/message/push/",
    "//v2/bot/message/push",
    "/v2/bot//message/push",
    "/v2/bot/message//push",
    "/v2/bot/message/./push",
    "/v2/bot/message/x/../push",
    "/v2/bot/message/validate/../push",
    "/v2/bot/message/%70ush",
    "/v2/bot/message/push%20",
    "/v2/bot/message/push%00",
    "/v2/bot/message%2Fpush",
    "/v2/bot/message%2fpush",
    "/V2/bot/message/push",
    "/v2/BOT/message/push",
    "/v2/bot/message/Push",
    "/v2/bot/message/push;a=b",
    "/v2/bot/message/push\\",
    "/v2/bot/message/push.json",
    "/v2/bot/message",
    "/v2",
    "/",
    "",
    "*",
    "v2/bot/message/push",
    "http://127.0.0.1:4650/v2/bot/message/push",
    "?/v2/bot/message/push",
};

static void test_tricks(void)
{
    for (size_t i = 0; i < ARRAY_LEN(tricks); i++) {
        CHECK_STR(find("POST", tricks[i]), NULL);
        CHECK(!lineapi_operation_is_harmless(match.operation));
    }
}

static const char *const bad_params[] = {
    "/v2/bot/profile/",       "/v2/bot/profile/.",      "/v2/bot/profile/..",
    "/v2/bot/profile/%2e%2E", "/v2/bot/profile/a%2Fb",  "/v2/bot/profile/a%5Cb",
    "/v2/bot/profile/%",      "/v2/bot/profile/%4",     "/v2/bot/profile/%zz",
    "/v2/bot/profile/a%00",   "/v2/bot/profile/a%20b",  "/v2/bot/profile/a%3Fb",
    "/v2/bot/profile/a%25b",  "/v2/bot/profile/a;b",    "/v2/bot/profile/a%3bb",
    "/v2/bot/profile/a%0ab",  "/v2/bot/profile/a/../b", "/v2/bot/profile/a%23",
    "/v2/bot/profile/%7f",
};

static void test_bad_params(void)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_params); i++) {
        CHECK_STR(find("GET", bad_params[i]), NULL);
        CHECK(!match.is_method_wrong);
    }
}

/* As much as there is room for, and one byte more. */
static void test_long_params(void)
{
    char target[sizeof match.storage + 64] = "/v2/bot/profile/";
    size_t begin = strlen(target);

    memset(target + begin, 'u', sizeof match.storage);
    target[begin + sizeof match.storage] = '\0';
    CHECK_STR(find("GET", target), "getProfile");
    CHECK_EQ(match.params[0].len, sizeof match.storage);
    target[begin + sizeof match.storage] = 'u';
    CHECK_STR(find("GET", target), NULL);
}

/* Cut anywhere, or grown by one byte, a path is another one. */
static void test_every_cut(void)
{
    char path[200];

    for (size_t i = 0; i < line_operations_len; i++) {
        fill_in(path, sizeof path, line_operations[i].path);
        size_t len = strlen(path);
        for (size_t cut = 0; cut < len; cut++) {
            lineapi_operation_find(span_text(line_operations[i].method), span_of(path, cut),
                                   &match);
            CHECK(!match.operation || match.params[0].len > 0 ||
                  strcmp(match.operation->name, line_operations[i].name) != 0);
        }
        snprintf(path + len, sizeof path - len, "/");
        CHECK_STR(find(line_operations[i].method, path), NULL);
    }
}

static void test_harmless(void)
{
    static const char *const harmful[] = {
        "replyMessage",
        "pushMessage",
        "multicast",
        "narrowcast",
        "broadcast",
        "linkRichMenuIdToUser",
        "richMenuBatch",
        "linkRichMenuIdToUsers",
        "unlinkRichMenuIdFromUsers",
        "leaveGroup",
        "leaveRoom",
        "showLoadingAnimation",
        "setDefaultRichMenu",
        "cancelDefaultRichMenu",
        "unlinkRichMenuIdFromUser",
        "markMessagesAsReadByToken",
        "markMessagesAsRead",
        "pushMessagesByPhone",
        "missionStickerV3",
        "acquireChatControl",
        "releaseChatControl",
        "deleteRichMenu",
        "updateRichMenuAlias",
        "createRichMenuAlias",
        "deleteRichMenuAlias",
        "createCoupon",
        "closeCoupon",
        "updateLIFFApp",
        "deleteLIFFApp",
        "setWebhookEndpoint",
        "detachModule",
    };
    char path[200];

    for (size_t i = 0; i < ARRAY_LEN(harmful); i++) {
        size_t at = 0;
        while (at < line_operations_len && strcmp(line_operations[at].name, harmful[i]) != 0)
            at++;
        CHECK(at < line_operations_len);
        fill_in(path, sizeof path, line_operations[at].path);
        CHECK_STR(find(line_operations[at].method, path), harmful[i]);
        CHECK(!lineapi_operation_is_harmless(match.operation));
    }
    CHECK_STR(find("GET", "/v2/bot/profile/U1"), "getProfile");
    CHECK(lineapi_operation_is_harmless(match.operation));
    CHECK_STR(find("POST", "/v2/bot/message/validate/push"), "validatePush");
    CHECK(lineapi_operation_is_harmless(match.operation));
    CHECK_STR(find("POST", "/oauth2/v3/token"), "issueStatelessChannelToken");
    CHECK(lineapi_operation_is_harmless(match.operation));
    CHECK(!lineapi_operation_is_harmless(NULL));
}

CHECK_MAIN(TEST(test_every_operation), TEST(test_tables), TEST(test_each_stops),
           TEST(test_literal_before_parameter), TEST(test_params), TEST(test_method),
           TEST(test_methods), TEST(test_tricks), TEST(test_bad_params), TEST(test_long_params),
           TEST(test_every_cut), TEST(test_harmless))
