/* Calls to LINE, by a stand-in on this machine: heads, tokens, renewals, failures. */
#include "relay-client/line/line_client.h"

#include "base/mem.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/handler_bot.h"
#include "unit/support/mem_sweep.h"

#include <stdio.h>

#define TOKEN(text)                                                                            \
    "{\"token_type\":\"Bearer\",\"access_token\":\"" text "\",\"expires_in\":900}"
#define REFUSED "{\"message\":\"no\"}"

static struct world {
    struct clock_fake clock;
    struct loop *loop;
    struct handler_bot line;
    struct line_client_options options;
    struct line_client *client;
    int answers, closed;
    enum err why;
    unsigned status;
    char body[256], says[2048];
} w;

static void say(unsigned status, const char *body)
{
    (void)snprintf(w.says, sizeof w.says,
                   "HTTP/1.1 %u Said\r\nContent-Type: application/json\r\n"
                   "Content-Length: %zu\r\n\r\n%s",
                   status, strlen(body), body);
    handler_bot_say(&w.line, w.says);
    w.line.manner = HANDLER_BOT_SAYS;
}

static void open_world(bool has_token)
{
    static char url[64];
    char detail[256] = "";

    w = (struct world){0};
    clock_fake_init(&w.clock, 1790000000000);
    CHECK_EQ(loop_new(&w.clock.base, &w.loop), OK);
    handler_bot_open(&w.line, w.loop);
    (void)snprintf(url, sizeof url, "%s", handler_bot_url(&w.line, ""));
    w.options =
        (struct line_client_options){.url = url,
                                     .access_token = has_token ? SPAN("given") : SPAN(""),
                                     .channel_id = "1650000000",
                                     .channel_secret = SPAN("secret")};
    CHECK_EQ(line_client_open(w.loop, &w.options, &w.client, detail), OK);
}

static void on_closed(void *owner)
{
    (void)owner;
    w.closed++;
}

static void close_world(void)
{
    if (w.client)
        line_client_close(w.client, on_closed, NULL);
    handler_bot_close(&w.line);
    loop_run(w.loop);
    CHECK_EQ(w.closed, 1);
    loop_free(w.loop);
}

static void on_answer(void *owner, const struct line_answer *a)
{
    (void)owner;
    w.answers++;
    w.why = a->why;
    w.status = a->status;
    (void)snprintf(w.body, sizeof w.body, "%.*s", (int)a->body.len, a->body.ptr);
}

static enum err call(void)
{
    const struct line_request request = {
        .method = "POST", .path = "/v2/bot/x", .json = "{}", .done = on_answer};

    return line_client_call(w.client, &request);
}

static void wait_for(const int *count, int want)
{
    while (*count < want)
        loop_turn(w.loop, true);
}

static bool was_asked(int connection, const char *part)
{
    return strstr(w.line.connections[connection].head, part) != NULL;
}

static void test_with_a_given_token(void)
{
    open_world(true);
    say(200, "{\"a\":1}");
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 1);
    CHECK_EQ(w.why, OK);
    CHECK_EQ(w.status, 200);
    CHECK_STR(w.body, "{\"a\":1}");
    CHECK(was_asked(0, "POST /v2/bot/x"));
    CHECK(was_asked(0, "Bearer given"));
    CHECK_STR(handler_bot_body(&w.line.connections[0]), "{}");
    close_world();
}

static void test_a_given_token_is_not_renewed(void)
{
    open_world(true);
    say(401, REFUSED);
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 1);
    CHECK_EQ(w.status, 401);
    CHECK_STR(w.body, REFUSED);
    CHECK_EQ(w.line.requests, 1);
    close_world();
}

static void test_a_token_is_issued_once(void)
{
    open_world(false);
    say(200, TOKEN("issued"));
    CHECK_EQ(call(), OK);
    CHECK_EQ(call(), OK);
    wait_for(&w.line.requests, 1);
    CHECK(was_asked(0, "POST /oauth2/v3/token"));
    CHECK(!was_asked(0, "Bearer"));
    wait_for(&w.answers, 2);
    CHECK_EQ(w.line.requests, 3);
    CHECK(was_asked(0, "Bearer issued"));
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 3);
    CHECK_EQ(w.line.requests, 4);
    close_world();
}

static void test_it_is_renewed_before_it_expires(void)
{
    open_world(false);
    say(200, TOKEN("issued"));
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 1);
    clock_fake_advance(&w.clock, (uint64_t)(900 - 60) * 1000000 - 1000);
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 2);
    CHECK_EQ(w.line.requests, 3);
    clock_fake_advance(&w.clock, 1000);
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 3);
    CHECK_EQ(w.line.requests, 5);
    close_world();
}

/* The refusal of credentials is everybody's answer who waits for a token. */
static void test_refused_credentials(void)
{
    open_world(false);
    say(400, REFUSED);
    CHECK_EQ(call(), OK);
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 2);
    CHECK_EQ(w.why, OK);
    CHECK_EQ(w.status, 400);
    CHECK_STR(w.body, REFUSED);
    CHECK_EQ(w.line.requests, 1);
    close_world();
}

static void test_a_useless_token(void)
{
    open_world(false);
    say(200, "{\"access_token\":7}");
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 1);
    CHECK_EQ(w.why, ERR_SYNTAX);
    close_world();
}

static void test_a_renewed_token_is_tried_once(void)
{
    open_world(false);
    say(200, TOKEN("first"));
    CHECK_EQ(call(), OK);
    wait_for(&w.line.requests, 1);
    say(401, REFUSED); /* for the call, and for the second token */
    wait_for(&w.answers, 1);
    CHECK_EQ(w.status, 401);
    CHECK_EQ(w.line.requests, 3);
    close_world();
}

static void test_nobody_there(void)
{
    open_world(true);
    handler_bot_stop_listening(&w.line);
    loop_turn(w.loop, false);
    CHECK_EQ(call(), OK);
    wait_for(&w.answers, 1);
    CHECK_EQ(w.why, ERR_REFUSED);
    close_world();
}

static void test_too_slow(void)
{
    open_world(true);
    w.line.manner = HANDLER_BOT_SILENT;
    CHECK_EQ(call(), OK);
    wait_for(&w.line.requests, 1);
    clock_fake_advance(&w.clock, (uint64_t)LINE_CLIENT_MS * 1000);
    deadline_run_due(w.loop);
    wait_for(&w.answers, 1);
    CHECK_EQ(w.why, ERR_TIMEOUT);
    close_world();
}

static void test_closed_under_way(void)
{
    open_world(false);
    w.line.manner = HANDLER_BOT_SILENT;
    CHECK_EQ(call(), OK);
    wait_for(&w.line.requests, 1);
    line_client_close(w.client, on_closed, NULL);
    CHECK_EQ(call(), ERR_CLOSED);
    wait_for(&w.closed, 1);
    CHECK_EQ(w.answers, 1);
    CHECK_EQ(w.why, ERR_CANCELLED);
    w.client = NULL;
    close_world();
}

static void test_too_many(void)
{
    open_world(true);
    w.line.manner = HANDLER_BOT_SILENT;
    for (int i = 0; i < 64; i++)
        CHECK_EQ(call(), OK);
    CHECK_EQ(call(), ERR_BUSY);
    close_world();
    CHECK_EQ(w.answers, 64);
}

static bool run_failing_at(unsigned long n)
{
    open_world(false);
    say(200, TOKEN("issued"));
    mem_fail_at(n);
    if (call() == OK)
        wait_for(&w.answers, 1);
    bool is_over = mem_sweep_is_over(n);
    close_world();
    return is_over;
}

static void test_memory(void)
{
    unsigned long n = 1;

    while (!run_failing_at(n))
        n++;
    CHECK(n > 10);
    CHECK_EQ(w.why, OK);
}

CHECK_MAIN(TEST(test_with_a_given_token), TEST(test_a_given_token_is_not_renewed),
           TEST(test_a_token_is_issued_once), TEST(test_it_is_renewed_before_it_expires),
           TEST(test_refused_credentials), TEST(test_a_useless_token),
           TEST(test_a_renewed_token_is_tried_once), TEST(test_nobody_there),
           TEST(test_too_slow), TEST(test_closed_under_way), TEST(test_too_many),
           TEST(test_memory))
