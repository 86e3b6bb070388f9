/* Calls that are passed on: byte for byte, with what LINE says to them. */
#include "base/container.h"
#include "relay-client/lineapi/emulate/emulated_call.h"
#include "unit/check.h"
#include "unit/support/lineapi_rig.h"

#define PUSH  "/v2/bot/message/push"
#define REPLY "/v2/bot/message/reply"
#define TOKEN "0123456789abcdef0123456789abcdef"
#define UUID  36u

static const char hello[] = "{\"to\":\"" LINEAPI_RIG_USER "\",\"messages\":[{\"type\":\"text\","
                            "\"text\":\"hello\"}]}";
static const char reply[] = "{\"replyToken\":\"" TOKEN "\",\"messages\":[{\"type\":\"text\","
                            "\"text\":\"hello\"}]}";

static void open_with(const char *answer)
{
    lineapi_rig_open();
    if (answer) {
        lineapi_rig.line.manner = lineapi_rig.data.manner = HANDLER_BOT_SAYS;
        handler_bot_say(&lineapi_rig.line, answer);
        handler_bot_say(&lineapi_rig.data, answer);
    }
    CHECK_EQ(lineapi_rig_start(), OK);
}

/* --- what LINE gets --- */

static void test_request(void)
{
    char want[512];

    open_with(NULL);
    CHECK_EQ(lineapi_rig_ask("POST", PUSH "?a=%20b",
                             "Authorization: Bearer s3cret\nX-Odd: 1\nx-odd: 2\n"
                             "Connection: x-line-retry-key\nKeep-Alive: 5\nTE: trailers\n"
                             "Content-Type: application/json; charset=UTF-8\n"
                             "X-Line-Retry-Key: 123e4567-e89b-42d3-a456-426614174000\n"
                             "User-Agent: @line/bot-sdk/11.0.0\n",
                             hello),
             200);
    CHECK_STR(lineapi_rig_body(), hello);
    (void)snprintf(want, sizeof want,
                   "POST " PUSH "?a=%%20b\nhost: 127.0.0.1:%u\n"
                   "Authorization: Bearer s3cret\nX-Odd: 1\nx-odd: 2\n"
                   "Content-Type: application/json; charset=UTF-8\n"
                   "X-Line-Retry-Key: 123e4567-e89b-42d3-a456-426614174000\n"
                   "User-Agent: @line/bot-sdk/11.0.0\nContent-Length: %zu\n",
                   lineapi_rig.line.port, strlen(hello));
    CHECK_EQ(strlen(lineapi_rig.line.connections[0].head), strlen(want));
    CHECK(span_is_nocase(span_text(lineapi_rig.line.connections[0].head), span_text(want)));
    lineapi_rig_close();
}

/* JSON that LINE gets as it was written, though we have read it. */
static void test_body_stays(void)
{
    static const char odd[] =
        " {\n\t\"to\" : \"" LINEAPI_RIG_USER "\",\"messages\":[ ],\"a\":1e5,"
        "\"\\u0062\":\"\\ud83e\\udd28 \xe3\x81\x82\"}\r\n";

    open_with(NULL);
    CHECK_EQ(lineapi_rig_post(PUSH, odd), 200);
    CHECK_STR(lineapi_rig_body(), odd);
    CHECK_EQ(lineapi_rig_post(PUSH, "this is no JSON"), 200);
    CHECK_STR(lineapi_rig_body(), "this is no JSON");
    CHECK_EQ(lineapi_rig_post(PUSH, ""), 200);
    CHECK_EQ(lineapi_rig_passed(), 3);
    CHECK_EQ(lineapi_rig.line.accepted, 1); /* kept alive */
    lineapi_rig_close();
}

static void test_chunked(void)
{
    struct public_request request = {.method = "POST",
                                     .authority = "localhost",
                                     .target = PUSH,
                                     .fields = "authorization: Bearer t\n",
                                     .body = {hello, sizeof hello - 1},
                                     .has_body = true,
                                     .chunked = true};

    open_with(NULL);
    lineapi_rig_send(&request);
    CHECK_EQ(lineapi_rig_receive(), 200);
    CHECK_STR(lineapi_rig_body(), hello);
    lineapi_rig_close();
}

/* Hosts by operation: contents come from another one. */
static void test_hosts(void)
{
    open_with(NULL);
    CHECK_EQ(lineapi_rig_ask("GET", "/v2/bot/message/1234567/content", NULL, NULL), 200);
    CHECK_EQ(lineapi_rig.data.requests, 1);
    CHECK_STR(lineapi_rig_record()->host, "api-data.line.me");
    CHECK_EQ(lineapi_rig_ask("GET", "/v2/bot/info", NULL, NULL), 200);
    CHECK_EQ(lineapi_rig_ask("GET", "/v2/bot/something/new", NULL, NULL), 200);
    CHECK_EQ(lineapi_rig_ask("PATCH", PUSH, NULL, "{}"), 200);
    CHECK_EQ(lineapi_rig.line.requests, 3);
    CHECK_EQ(lineapi_rig_ask("POST", "/module/auth/v1/token", NULL, "a=b"), 501);
    CHECK_EQ(lineapi_rig_passed(), 4);
    lineapi_rig_close();
}

/* --- what the bot gets --- */

static void test_answer(void)
{
    open_with("HTTP/1.1 202 Accepted\r\nServer: openresty\r\nX-Line-Request-Id: line-1\r\n"
              "Set-Cookie: a\r\nContent-Type: application/json\r\nSet-Cookie: b\r\n"
              "Date: Sun, 22 Nov 2026 05:00:00 GMT\r\nConnection: keep-alive\r\n"
              "Content-Length: 3\r\n\r\n{ }");
    CHECK_EQ(lineapi_rig_post(PUSH, hello), 202);
    CHECK_STR(lineapi_rig_body(), "{ }");
    CHECK_STR(lineapi_rig.client.answer.fields,
              "server: openresty\nx-line-request-id: line-1\nset-cookie: a\n"
              "content-type: application/json\nset-cookie: b\n"
              "date: Sun, 22 Nov 2026 05:00:00 GMT\ncontent-length: 3\n"
              "connection: keep-alive\n");
    const struct lineapi_rig_record *r = lineapi_rig_record();
    CHECK_EQ(r->row.mode, JOURNAL_CALL_PASSED);
    CHECK_STR(r->operation, "pushMessage");
    CHECK_STR(r->target, PUSH);
    CHECK_STR(r->host, "api.line.me");
    CHECK_STR(r->request_id, "line-1");
    CHECK_STR(r->problem, "");
    CHECK_STR(r->explanation, "");
    CHECK_EQ(r->row.status, 202);
    CHECK(r->row.is_sending);
    CHECK_EQ(r->request_len, strlen(hello));
    CHECK_EQ(r->answer_len, 3);
    CHECK(!r->request_truncated && !r->answer_truncated);
    CHECK(!r->has_authorization);
    lineapi_rig_close();
}

static void test_chunked_answer(void)
{
    open_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0"
              "\r\n\r\n");
    CHECK_EQ(lineapi_rig_ask("GET", "/v2/bot/info", NULL, NULL), 200);
    CHECK_STR(lineapi_rig_body(), "abcdefg");
    lineapi_rig_close();
}

static void test_interim_answer(void)
{
    open_with("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    CHECK_EQ(lineapi_rig_ask("GET", "/v2/bot/info", NULL, NULL), 200);
    CHECK_STR(lineapi_rig_body(), "ok");
    CHECK_EQ(lineapi_rig.client.answer.interims, 0);
    lineapi_rig_close();
}

/* --- what LINE refuses --- */

static const struct {
    const char *answer, *target, *body, *problem;
} refusals[] = {
    {"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "line_rate"},
    {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", PUSH, hello, "line_error"},
    {"HTTP/1.1 503 Oops\r\nContent-Length: 0\r\n\r\n", PUSH, hello, "line_error"},
    {"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "refused"},
    {"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "unauthorized"},
    {"HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "refused"},
    {"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}", "/v2/bot/nothing", "{}", "unknown_path"},
    {"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}", "/v2/bot/info", "{}", "wrong_method"},
    {"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "refused"},
    {"HTTP/1.1 405 No\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "wrong_method"},
    {"HTTP/1.1 409 No\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "retry_key"},
    {"HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "too_large"},
    {"HTTP/1.1 415 No\r\nContent-Length: 2\r\n\r\n{}", PUSH, hello, "wrong_type"},
    {"HTTP/1.1 400 Bad\r\nContent-Length: 33\r\n\r\n{\"message\":\"Invalid reply token\"}",
     REPLY, reply, "token_unknown"},
    {"HTTP/1.1 400 Bad\r\nContent-Length: 33\r\n\r\n{\"message\":\"Invalid reply token\"}",
     PUSH, hello, "refused"},
};

static void test_refusals(void)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        open_with(refusals[i].answer);
        unsigned status = (unsigned)strtoul(refusals[i].answer + 9, NULL, 10);
        CHECK_EQ(lineapi_rig_post(refusals[i].target, refusals[i].body), status);
        CHECK_STR(lineapi_rig_record()->problem, refusals[i].problem);
        CHECK_EQ(lineapi_rig_record()->row.mode, JOURNAL_CALL_PASSED);
        CHECK_EQ(lineapi_rig_passed(), 1); /* nothing is tried again */
        lineapi_rig_close();
    }
}

static const char invalid[] = "HTTP/1.1 400 Bad\r\nContent-Length: 33\r\n\r\n"
                              "{\"message\":\"Invalid reply token\"}";
static const char fine[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/* Why LINE does not take a token that it has given. */
static void test_reply_tokens(void)
{
    open_with(invalid);
    lineapi_rig_give(0, GIVEN_BY_LINE, TOKEN);
    CHECK_EQ(lineapi_rig_post(REPLY, reply), 400);
    CHECK_STR(lineapi_rig_record()->problem, "token_foreign");
    lineapi_rig_advance(60001);
    CHECK_EQ(lineapi_rig_post(REPLY, reply), 400);
    CHECK_STR(lineapi_rig_record()->problem, "token_expired");
    lineapi_rig_give(0, GIVEN_BY_LINE, TOKEN);
    handler_bot_say(&lineapi_rig.line, fine);
    CHECK_EQ(lineapi_rig_post(REPLY, reply), 200);
    CHECK_STR(lineapi_rig_record()->problem, "");
    handler_bot_say(&lineapi_rig.line, invalid);
    CHECK_EQ(lineapi_rig_post(REPLY, reply), 400);
    CHECK_STR(lineapi_rig_record()->problem, "token_used");
    CHECK_EQ(lineapi_rig_passed(), 4);
    lineapi_rig_close();
}

/* --- LINE cannot be reached, or breaks off --- */

static void check_unreachable(const char *words)
{
    CHECK_EQ(lineapi_rig_post(PUSH, hello), 502);
    CHECK(strncmp(lineapi_rig_body(), "{\"message\":\"Hookline could not", 30) == 0);
    CHECK(strstr(lineapi_rig_body(), words) != NULL);
    CHECK_EQ(strlen(lineapi_rig_field("x-line-request-id")), UUID);
    const struct lineapi_rig_record *r = lineapi_rig_record();
    CHECK_STR(r->problem, "unreachable");
    CHECK(strstr(r->explanation, words) != NULL);
    CHECK_EQ(r->row.mode, JOURNAL_CALL_FAILED);
    CHECK_EQ(r->row.status, 502);
}

static void test_unreachable(void)
{
    open_with(NULL);
    handler_bot_stop_listening(&lineapi_rig.line);
    check_unreachable("refused");
    lineapi_rig_close();

    open_with(NULL);
    lineapi_rig.line.manner = HANDLER_BOT_CLOSES;
    check_unreachable("whether it has acted");
    CHECK_EQ(lineapi_rig.line.accepted, 1);
    lineapi_rig_close();

    open_with("SSH-2.0-OpenSSH_9.2\r\n");
    check_unreachable("not HTTP");
    lineapi_rig_close();
}

static void test_silent(void)
{
    struct public_request request = {.method = "GET",
                                     .authority = "localhost",
                                     .target = "/v2/bot/info",
                                     .fields = "authorization: Bearer t\n"};

    open_with(NULL);
    lineapi_rig.line.manner = HANDLER_BOT_SILENT;
    lineapi_rig_send(&request);
    while (lineapi_rig.line.requests == 0)
        lineapi_rig_turn();
    lineapi_rig_advance(60000);
    CHECK_EQ(lineapi_rig_receive(), 502);
    CHECK(strstr(lineapi_rig_body(), "in time") != NULL);
    CHECK_EQ(lineapi_rig.line.requests, 1);
    lineapi_rig_close();
}

/* What has begun cannot be taken back: the bot sees that it is cut. */
static void test_cut_answer(void)
{
    open_with("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    lineapi_rig.line.manner = HANDLER_BOT_SAYS_AND_CLOSES;
    CHECK_EQ(lineapi_rig_post(PUSH, hello), 0);
    const struct lineapi_rig_record *r = lineapi_rig_record();
    CHECK_EQ(r->row.mode, JOURNAL_CALL_PASSED);
    CHECK_EQ(r->row.status, 200);
    CHECK(r->answer_truncated);
    CHECK_EQ(r->answer_len, 3);
    lineapi_rig_close();
}

/* --- the bot breaks off --- */

static void test_bot_gives_up(void)
{
    struct public_request request = {.method = "POST",
                                     .authority = "localhost",
                                     .target = PUSH,
                                     .fields = "authorization: Bearer t\n",
                                     .body = {hello, 60},
                                     .has_body = true,
                                     .is_begun = true};

    open_with(NULL);
    lineapi_rig_send(&request);
    CHECK(public_client_more(&lineapi_rig.client, hello, 10));
    for (int turn = 0; turn < 5; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    loopback_leave(&lineapi_rig.client);
    lineapi_rig.has_client = false;
    CHECK_EQ(lineapi_rig_records(), 0);
    CHECK_EQ(lineapi_rig_passed(), 0);

    lineapi_rig.line.manner = HANDLER_BOT_SILENT;
    request.body = span_text(hello);
    request.is_begun = false;
    lineapi_rig_send(&request);
    while (lineapi_rig.line.requests == 0)
        lineapi_rig_turn();
    loopback_leave(&lineapi_rig.client);
    lineapi_rig.has_client = false;
    while (lineapi_rig_records() == 0)
        loop_turn(lineapi_rig.journal.loop, false);
    CHECK_EQ(lineapi_rig_record()->row.mode, JOURNAL_CALL_FAILED);
    CHECK_EQ(lineapi_rig_record()->row.status, 0);
    lineapi_rig_close();
}

/* --- sizes --- */

/* JSON of any size is passed on: LINE says what is too large. */
static void test_large_bodies(void)
{
    static const size_t sizes[] = {EMULATED_BODY_MAX - 1, EMULATED_BODY_MAX,
                                   EMULATED_BODY_MAX + 1, 3 * EMULATED_BODY_MAX};
    static char body[3 * EMULATED_BODY_MAX];

    memset(body, 'x', sizeof body);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct public_request request = {.method = "POST",
                                         .authority = "localhost",
                                         .target = i % 2 ? PUSH : "/v2/bot/richmenu/r/content",
                                         .fields = "authorization: Bearer t\n",
                                         .body = {body, sizes[i]},
                                         .has_body = true};
        open_with(NULL);
        lineapi_rig_send(&request);
        CHECK_EQ(lineapi_rig_receive(), 200);
        CHECK_EQ(lineapi_rig.client.answer.body_len, sizes[i]);
        CHECK_MEM(lineapi_rig.client.answer.body, body, sizes[i]);
        const struct lineapi_rig_record *r = lineapi_rig_record();
        CHECK_EQ(r->request_len, JOURNAL_CALL_BODY_MAX);
        CHECK_EQ(r->answer_len, JOURNAL_CALL_BODY_MAX);
        CHECK(r->request_truncated && r->answer_truncated);
        lineapi_rig_close();
    }
}

/* Just as much as is kept is whole. */
static void test_kept_bodies(void)
{
    static char body[JOURNAL_CALL_BODY_MAX + 1];

    memset(body, 'x', sizeof body - 1);
    for (size_t extra = 0; extra < 2; extra++) {
        struct public_request request = {.method = "POST",
                                         .authority = "localhost",
                                         .target = PUSH,
                                         .fields = "authorization: Bearer t\n",
                                         .body = {body, JOURNAL_CALL_BODY_MAX + extra},
                                         .has_body = true};
        open_with(NULL);
        lineapi_rig_send(&request);
        CHECK_EQ(lineapi_rig_receive(), 200);
        const struct lineapi_rig_record *r = lineapi_rig_record();
        CHECK_EQ(r->request_len, JOURNAL_CALL_BODY_MAX);
        CHECK_EQ(r->request_truncated, extra > 0);
        CHECK_EQ(r->answer_truncated, extra > 0);
        lineapi_rig_close();
    }
}

CHECK_MAIN(TEST(test_request), TEST(test_body_stays), TEST(test_chunked), TEST(test_hosts),
           TEST(test_answer), TEST(test_chunked_answer), TEST(test_interim_answer),
           TEST(test_refusals), TEST(test_reply_tokens), TEST(test_unreachable),
           TEST(test_silent), TEST(test_cut_answer), TEST(test_bot_gives_up),
           TEST(test_large_bodies), TEST(test_kept_bodies))
