/* How a server's connection ends in good order: shut down, or retired. */
#include "check.h"
#include "unit/support/server_rig.h"

#define OK_0       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"
#define OK_0_CLOSE "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define GET        "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

static void answer_later(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static void test_shutdown(void)
{
    struct server_rig rig = {.hook = answer_later};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET GET);
    h1_server_conn_shutdown(rig.conn);
    server_rig_run(&rig);
    CHECK_EQ(rig.client.ended, 0);
    exchange_log_answer(&rig.logs[0], 200, "");
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    server_rig_check(&rig, OK_0_CLOSE);
    CHECK_EQ(rig.requests, 1);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

static void test_shutdown_while_idle(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    h1_server_conn_shutdown(rig.conn);
    server_rig_run(&rig);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

/* Who was told to keep the connection may use it once more. */
static void test_retire(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    server_rig_check(&rig, OK_0);
    server_rig_advance(&rig, H1_SERVER_IDLE_MS - 1000);
    h1_server_conn_retire(rig.conn);
    h1_server_conn_retire(rig.conn);
    server_rig_advance(&rig, H1_SERVER_RETIRE_MS - 1);
    CHECK_EQ(rig.client.ended, 0);
    server_rig_say(&rig, GET GET);
    server_rig_check(&rig, OK_0_CLOSE);
    CHECK_EQ(rig.requests, 2);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

static void test_retire_while_nobody_asks(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    server_rig_check(&rig, OK_0);
    h1_server_conn_retire(rig.conn);
    server_rig_advance(&rig, H1_SERVER_RETIRE_MS - 1);
    CHECK_EQ(rig.client.ended, 0);
    server_rig_advance(&rig, 1);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

/* Not a byte yet: it has the usual time for its first request. */
static void test_retire_before_the_first_byte(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    h1_server_conn_retire(rig.conn);
    server_rig_advance(&rig, H1_SERVER_HEAD_MS - 1);
    server_rig_say(&rig, GET);
    server_rig_check(&rig, OK_0_CLOSE);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

/* The head of the answer that is under way did not say that it is the last. */
static void test_retire_while_answering(void)
{
    struct server_rig rig = {.hook = answer_later};
    struct http_head head;

    server_rig_open(&rig, 1000);
    server_rig_say(&rig, GET);
    http_head_init_response(&head, 200);
    CHECK_EQ(http_head_add(&head, SPAN("Content-Length"), SPAN("2")), OK);
    CHECK_EQ(exchange_send_head(rig.logs[0].x, &head, false), OK);
    h1_server_conn_retire(rig.conn);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, "ok", 2), OK);
    CHECK_EQ(exchange_send_end(rig.logs[0].x), OK);
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    server_rig_check(&rig, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                           "Connection: keep-alive\r\n\r\nok");
    CHECK_EQ(rig.client.ended, 0);
    server_rig_say(&rig, GET);
    exchange_log_answer(&rig.logs[1], 200, "");
    exchange_close(rig.logs[1].x);
    server_rig_run(&rig);
    server_rig_check(&rig, OK_0_CLOSE);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

static void test_shutdown_while_it_retires(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    server_rig_check(&rig, OK_0);
    h1_server_conn_retire(rig.conn);
    h1_server_conn_shutdown(rig.conn);
    h1_server_conn_retire(rig.conn);
    server_rig_run(&rig);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

CHECK_MAIN(TEST(test_shutdown), TEST(test_shutdown_while_idle), TEST(test_retire),
           TEST(test_retire_while_nobody_asks), TEST(test_retire_before_the_first_byte),
           TEST(test_retire_while_answering), TEST(test_shutdown_while_it_retires))
