/* Answers in all framings, and how they keep their promises. */
#include "check.h"
#include "unit/support/server_rig.h"

#define GET  "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK_0 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"

static void wait(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

/* --- framings --- */

static void check_answer(const char *request, const char *name, const char *value,
                         const char *body, const char *want)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, request);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, name, value, false), OK);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, body, strlen(body)), OK);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, "", 0), OK);
    CHECK_EQ(exchange_send_end(rig.logs[0].x), OK);
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    server_rig_check(&rig, want);
    server_rig_close(&rig);
}

static void test_framings(void)
{
    check_answer(
        GET, NULL, NULL, "hi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
        "2\r\nhi\r\n0\r\n\r\n");
    check_answer(GET, "Content-Length", "2", "hi",
                 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi");
    check_answer("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", NULL, NULL,
                 "hi", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi");
    check_answer("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
                 "Content-Length", "2", "hi",
                 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi");
}

static void test_head_has_no_body(void)
{
    check_answer("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "Content-Length", "2", "hi",
                 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n");
    check_answer("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", NULL, NULL, "hi",
                 "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n");
}

static void check_status(unsigned status, const char *want)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], status, "ETag", "x", true), OK);
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    server_rig_check(&rig, want);
    server_rig_say(&rig, GET); /* the connection goes on */
    CHECK_EQ(rig.requests, 2);
    server_rig_close(&rig);
}

static void test_no_body(void)
{
    check_status(204, "HTTP/1.1 204 No Content\r\nETag: x\r\nConnection: keep-alive\r\n\r\n");
    check_status(304, "HTTP/1.1 304 Not Modified\r\nETag: x\r\nConnection: keep-alive\r\n\r\n");
    check_status(404, "HTTP/1.1 404 Not Found\r\nETag: x\r\nContent-Length: 0\r\n"
                      "Connection: keep-alive\r\n\r\n");
}

static void test_dated_by_the_owner(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 204, "date", "mine", true), OK);
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    CHECK(server_rig_heard(&rig, "\r\ndate: mine\r\n"));
    CHECK(!server_rig_heard(&rig, "Date:"));
    server_rig_close(&rig);
}

static void test_interim(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 103, "Link", "x", false), OK);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 101, NULL, NULL, false), ERR_SYNTAX);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 103, NULL, NULL, true), ERR_SYNTAX);
    exchange_log_answer(&rig.logs[0], 200, "");
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 103, NULL, NULL, false), ERR_CLOSED);
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    server_rig_check(&rig, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK_0);
    server_rig_say(&rig, "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    CHECK_EQ(exchange_log_send_head(&rig.logs[1], 103, "Link", "x", false), OK);
    exchange_log_answer(&rig.logs[1], 200, "");
    exchange_close(rig.logs[1].x);
    server_rig_run(&rig);
    server_rig_check(&rig, OK_0); /* 1.0 knows none */
    server_rig_close(&rig);
}

/* --- broken promises --- */

static void test_too_much_body(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, "Content-Length", "3", false), OK);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, "hi", 2), OK);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, "ho", 2), ERR_PROTOCOL);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, "x", 1), ERR_CLOSED);
    server_rig_run(&rig);
    CHECK_EQ(rig.logs[0].aborts, 1);
    CHECK_EQ(rig.client.end, ERR_IO);
    server_rig_close(&rig);
}

static void test_too_little_body(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, "Content-Length", "3", false), OK);
    CHECK_EQ(exchange_send_end(rig.logs[0].x), ERR_PROTOCOL);
    server_rig_run(&rig);
    CHECK_EQ(rig.client.end, ERR_IO);
    server_rig_close(&rig);
}

static void test_promise_without_body(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, "Content-Length", "3", true),
             ERR_PROTOCOL);
    server_rig_run(&rig);
    CHECK_EQ(rig.closed, 1);
    server_rig_close(&rig);
}

/* A head that cannot be sent leaves the exchange as it was. */
static void test_second_try(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, "x", 1), ERR_CLOSED);
    CHECK_EQ(exchange_send_end(rig.logs[0].x), ERR_CLOSED);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, "X", "a\r\nb", false), ERR_SYNTAX);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 600, NULL, NULL, false), ERR_SYNTAX);
    exchange_log_answer(&rig.logs[0], 200, "");
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    server_rig_check(&rig, OK_0);
    server_rig_close(&rig);
}

CHECK_MAIN(TEST(test_framings), TEST(test_head_has_no_body), TEST(test_no_body),
           TEST(test_dated_by_the_owner), TEST(test_interim), TEST(test_too_much_body),
           TEST(test_too_little_body), TEST(test_promise_without_body), TEST(test_second_try))
