/* The echo bot's replies through the LINE API port. */
#include "base/mem.h"
#include "relay-client/handler/echo/echo_call.h"
#include "relay-client/handler/echo/echo_sender.h"
#include "unit/check.h"
#include "unit/support/echo_rig.h"

#define TOKEN(text, life) "{\"access_token\":\"" text "\",\"expires_in\":" life "}"
#define REPLY                                                                                  \
    "{\"replyToken\":\"" ECHO_RIG_TOKEN                                                        \
    "\",\"messages\":[{\"type\":\"text\",\"text\":\"\xe3\x81\x82\"}]}"
#define SENT "{\"sentMessages\":[{\"id\":\"1\"}]}"

static struct handler_bot *line;

static void open_rig(void)
{
    echo_rig_open();
    line = &lineapi_rig.line;
}

/* Of the newest request to a stand-in's n-th connection. */
static bool had(const struct handler_bot *bot, int connection, const char *text)
{
    return strstr(bot->connections[connection].head, text) != NULL;
}

static const char *body_of(struct handler_bot *bot, int connection)
{
    return handler_bot_body(&bot->connections[connection]);
}

/* --- LINE --- */

static void test_emulated(void)
{
    open_rig();
    CHECK_EQ(echo_rig_start(), OK);
    echo_rig_line(GIVEN_BY_SIMULATION);
    const struct lineapi_rig_record *r = echo_rig_wait_records(1);
    CHECK_STR(r->operation, "replyMessage");
    CHECK_EQ(r->row.mode, JOURNAL_CALL_EMULATED);
    CHECK_EQ(r->row.status, 200);
    CHECK_STR(r->problem, "");
    CHECK_EQ(lineapi_rig_passed(), 0);
    echo_rig_line(GIVEN_BY_SIMULATION); /* the token is used: logged, and no more */
    CHECK_EQ(echo_rig_wait_records(2)->row.status, 400);
    echo_rig_close();
}

static void test_access_token(void)
{
    open_rig();
    lineapi_rig.options.is_configured = true;
    echo_rig_add_secret("access-token", "long-lived");
    CHECK_EQ(echo_rig_start(), OK);
    echo_rig_say(line, "200 OK", SENT);
    echo_rig_line(GIVEN_BY_LINE);
    echo_rig_wait(line, 1);
    CHECK(had(line, 0, "POST /v2/bot/message/reply"));
    CHECK(had(line, 0, "Bearer long-lived\n"));
    CHECK_STR(body_of(line, 0), REPLY);
    CHECK_EQ(echo_rig_wait_records(1)->row.mode, JOURNAL_CALL_PASSED);
    echo_rig_close();
}

static void open_with_channel(void)
{
    open_rig();
    lineapi_rig.options.is_configured = true;
    lineapi_rig_add("--channel-id=1234567890");
    echo_rig_add_secret("secret", "0123456789abcdef0123456789abcdef");
    CHECK_EQ(echo_rig_start(), OK);
}

static void test_channel(void)
{
    open_with_channel();
    echo_rig_say(line, "200 OK", TOKEN("t1", "900"));
    echo_rig_line(GIVEN_BY_LINE);
    echo_rig_wait(line, 1);
    CHECK(had(line, 0, "POST /oauth2/v3/token"));
    CHECK(!had(line, 0, "uthorization"));
    CHECK_STR(body_of(line, 0), "grant_type=client_credentials&client_id=1234567890&"
                                "client_secret=0123456789abcdef0123456789abcdef");
    echo_rig_say(line, "200 OK", SENT);
    echo_rig_wait(line, 2);
    CHECK(had(line, 0, "Bearer t1\n"));
    (void)echo_rig_wait_records(2);

    /* Kept until a minute before its end ... */
    lineapi_rig_advance(839999);
    echo_rig_line(GIVEN_BY_LINE);
    echo_rig_wait(line, 3);
    CHECK(had(line, 0, "Bearer t1\n") || had(line, 1, "Bearer t1\n"));
    (void)echo_rig_wait_records(3);
    /* ... and then renewed. */
    lineapi_rig_advance(1);
    echo_rig_say(line, "200 OK", TOKEN("t2", "900"));
    echo_rig_line(GIVEN_BY_LINE);
    echo_rig_wait(line, 4);
    echo_rig_say(line, "200 OK", SENT);
    echo_rig_wait(line, 5);
    (void)echo_rig_wait_records(5);
    echo_rig_close();
}

/* Several that wait for a token ask for one. */
static void test_one_token_for_all(void)
{
    open_with_channel();
    echo_rig_say(line, "200 OK", TOKEN("t1", "900"));
    echo_rig_line(GIVEN_BY_LINE);
    echo_rig_line(GIVEN_BY_LINE);
    (void)echo_rig_wait_records(3);
    CHECK_EQ(line->requests, 3);
    echo_rig_close();
}

static void test_401(void)
{
    open_with_channel();
    echo_rig_say(line, "200 OK", TOKEN("t1", "900"));
    echo_rig_line(GIVEN_BY_LINE);
    echo_rig_wait(line, 1);
    echo_rig_say(line, "401 Unauthorized", "{\"message\":\"no\"}");
    echo_rig_wait(line, 2);
    echo_rig_say(line, "200 OK", TOKEN("t2", "900"));
    echo_rig_wait(line, 3);
    echo_rig_say(line, "401 Unauthorized", "{\"message\":\"no\"}");
    echo_rig_wait(line, 4);
    CHECK_EQ(echo_rig_wait_records(4)->row.status, 401); /* once, and no more */
    for (int i = 0; i < 50; i++)
        loop_turn(lineapi_rig.journal.loop, false);
    CHECK_EQ(line->requests, 4);
    echo_rig_close();
}

static void test_429_is_not_tried_again(void)
{
    open_rig();
    lineapi_rig.options.is_configured = true;
    echo_rig_add_secret("access-token", "long-lived");
    CHECK_EQ(echo_rig_start(), OK);
    echo_rig_say(line, "429 Too Many Requests", "{\"message\":\"slow\"}");
    echo_rig_line(GIVEN_BY_LINE);
    CHECK_EQ(echo_rig_wait_records(1)->row.status, 429);
    lineapi_rig_advance(60000);
    for (int i = 0; i < 50; i++)
        loop_turn(lineapi_rig.journal.loop, false);
    CHECK_EQ(line->requests, 1);
    echo_rig_close();
}

/* On a train: LINE issues no token, and a simulated event is answered all the same. */
static void test_no_token(void)
{
    open_with_channel();
    echo_rig_say(line, "500 Internal Server Error", "{}");
    echo_rig_line(GIVEN_BY_SIMULATION);
    const struct lineapi_rig_record *r = echo_rig_wait_records(2);
    CHECK_STR(r->operation, "replyMessage");
    CHECK_EQ(r->row.mode, JOURNAL_CALL_EMULATED);
    CHECK_EQ(r->row.status, 200);
    CHECK_EQ(line->requests, 1);
    echo_rig_close();
}

/* What was not signed by LINE, or is nothing to reply to, is not answered there. */
static void test_silence(void)
{
    const char *unsend = "{\"destination\":\"U0\",\"events\":[{\"type\":\"unsend\"}]}";
    const char *standby = "{\"destination\":\"U0\",\"events\":[{\"type\":\"follow\","
                          "\"mode\":\"standby\",\"replyToken\":\"t\"}]}";
    const char *follow = "{\"destination\":\"U0\",\"events\":[{\"type\":\"follow\","
                         "\"replyToken\":\"t\"}]}";

    open_rig();
    CHECK_EQ(echo_rig_start(), OK);
    echo_rig_webhook(&(struct echo_rig_webhook){.body = unsend});
    echo_rig_webhook(&(struct echo_rig_webhook){.body = standby});
    echo_rig_webhook(&(struct echo_rig_webhook){.body = follow, .verdict = VERDICT_INVALID});
    echo_rig_webhook(&(struct echo_rig_webhook){.body = follow, .verdict = VERDICT_MISSING});
    echo_rig_webhook(&(struct echo_rig_webhook){.body = "not JSON"});
    echo_rig_webhook(&(struct echo_rig_webhook){.body = "{\"events\":[]}"});
    echo_rig_webhook(&(struct echo_rig_webhook){.body = follow, .verdict = VERDICT_VALID});
    (void)echo_rig_wait_records(1);
    echo_rig_close();
}

/* --- limits and life --- */

static void give_many(int events)
{
    static char body[256 * 128];
    size_t len = (size_t)snprintf(body, sizeof body, "{\"destination\":\"U0\",\"events\":[");

    for (int i = 0; i < events; i++)
        len += (size_t)snprintf(body + len, sizeof body - len,
                                "%s{\"type\":\"follow\",\"replyToken\":\"%032d\"}",
                                i > 0 ? "," : "", i);
    (void)snprintf(body + len, sizeof body - len, "]}");
    echo_rig_webhook(&(struct echo_rig_webhook){.body = body});
}

/* 64 under way and 100 behind them; LINE says nothing. */
static void test_bounds(void)
{
    open_rig();
    lineapi_rig.options.mode = LINEAPI_PASS;
    CHECK_EQ(echo_rig_start(), OK);
    line->manner = HANDLER_BOT_SILENT;
    give_many(100);
    give_many(100);
    echo_rig_wait(line, ECHO_SENDER_CALLS_MAX);
    for (int turn = 0; turn < 100; turn++)
        loop_turn(lineapi_rig.journal.loop, false);
    CHECK_EQ(line->requests, ECHO_SENDER_CALLS_MAX);
    /* None is answered: the rest is asked, all but the 36 that found no room. */
    lineapi_rig_advance(ECHO_CALL_MS);
    echo_rig_wait(line, 2 * ECHO_SENDER_CALLS_MAX);
    lineapi_rig_advance(ECHO_CALL_MS);
    echo_rig_wait(line, ECHO_SENDER_CALLS_MAX + ECHO_SENDER_WAITING_MAX);
    echo_rig_close();
}

/* Whatever is missing, nothing is left behind, and it goes on afterwards. */
static void test_memory(void)
{
    open_rig();
    CHECK_EQ(echo_rig_start(), OK);
    for (unsigned long n = 1; n < 120; n++) {
        struct handler_call call;
        handler_call_init(&call, &echo_rig.handler);
        mem_fail_at(n);
        enum err rc = handler_call_webhook(&call, "{\"events\":[{\"type\":\"follow\","
                                                  "\"replyToken\":\"t\"}]}");
        if (rc == OK)
            handler_call_wait(&call);
        for (int turn = 0; turn < 20; turn++)
            loop_turn(lineapi_rig.journal.loop, false);
        mem_fail_at(0);
        handler_call_fini(&call);
    }
    size_t before = lineapi_rig_records();
    echo_rig_line(GIVEN_BY_SIMULATION);
    while (lineapi_rig_records() <= before)
        loop_turn(lineapi_rig.journal.loop, false);
    echo_rig_close();
}

CHECK_MAIN(TEST(test_emulated), TEST(test_access_token), TEST(test_channel),
           TEST(test_one_token_for_all), TEST(test_401), TEST(test_429_is_not_tried_again),
           TEST(test_no_token), TEST(test_silence), TEST(test_bounds), TEST(test_memory))
