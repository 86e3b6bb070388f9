/* One connection of a server: requests in order, early answers, keep-alive. */
#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "unit/support/server_rig.h"

#define OK_5                                                                                   \
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"                   \
    "hello"
#define OK_0       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"
#define OK_0_CLOSE "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define GET        "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST       "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"

static void test_one_after_the_other(void)
{
    static const size_t chunks[] = {1, 7, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        struct server_rig rig = {0};

        server_rig_open(&rig, chunks[i]);
        server_rig_say(&rig, POST);
        server_rig_check(&rig, OK_5);
        server_rig_say(&rig, GET);
        server_rig_check(&rig, OK_0);
        server_rig_say(&rig, POST GET POST);
        server_rig_check(&rig, OK_5 OK_0 OK_5);
        CHECK_STR(rig.heads, "POST a /p|GET a /|POST a /p|GET a /|POST a /p|");
        CHECK(!rig.closed);
        server_rig_close(&rig);
    }
}

static void test_date(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK(server_rig_heard(&rig, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
    server_rig_close(&rig);
}

/* A16: many requests in one segment, answered in order by an owner who takes his time. */
static void answer_later(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static void test_slow_owner(void)
{
    struct server_rig rig = {.hook = answer_later};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET POST GET);
    for (size_t i = 0; i < 3; i++) {
        CHECK_EQ(rig.requests, i + 1); /* the next one waits for this one's end */
        CHECK_EQ(rig.logs[i].completes, 1);
        exchange_log_answer(&rig.logs[i], 200, "");
        server_rig_run(&rig);
        CHECK_EQ(rig.requests, i + 1);
        exchange_close(rig.logs[i].x);
        server_rig_run(&rig);
        server_rig_check(&rig, OK_0);
    }
    server_rig_close(&rig);
}

static void test_ten_thousand_pipelined(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 16384);
    for (size_t i = 0; i < 10000; i++)
        net_peer_say(&rig.client, GET);
    server_rig_run(&rig);
    CHECK_EQ(rig.requests, 10000);
    CHECK(rig.client.got_len > 10000 * strlen(OK_0));
    server_rig_close(&rig);
}

/* Only so much is read while an answer is under way. */
static void test_bounded_pending(void)
{
    struct server_rig rig = {.hook = answer_later};
    static char flood[1 << 19];

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, GET);
    memset(flood, 'x', sizeof flood - 1);
    server_rig_say(&rig, flood);
    size_t waiting = stream_queued(rig.client.stream);
    CHECK(waiting >= sizeof flood - H1_SERVER_PENDING_MAX - 16384 - 1);
    CHECK(waiting < sizeof flood - H1_SERVER_PENDING_MAX);
    server_rig_close(&rig);
}

/* --- ends --- */

static void test_close_asked_for(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET);
    server_rig_check(&rig, OK_0_CLOSE);
    CHECK_EQ(rig.requests, 1);
    CHECK_EQ(rig.client.end, ERR_EOF);
    CHECK(!rig.closed); /* lingers: the client has not closed yet */
    server_rig_close(&rig);
}

static void test_http_1_0(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    server_rig_check(&rig, OK_0);
    server_rig_say(&rig, "GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    server_rig_check(&rig, OK_0_CLOSE);
    CHECK_EQ(rig.client.ended, 1);
    server_rig_close(&rig);
}

static void test_close_at_once(void)
{
    struct server_rig rig = {.hook = answer_later};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    h1_server_conn_close(rig.conn);
    server_rig_run(&rig);
    CHECK_EQ(rig.closed, 1);
    CHECK_EQ(rig.logs[0].why, ERR_CLOSED);
    CHECK_EQ(rig.logs[0].closeds, 1);
    server_rig_close(&rig);
}

/* What is written is read before the end is seen. */
static void test_client_half_closes_when_idle(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    stream_finish(rig.client.stream);
    server_rig_run(&rig);
    server_rig_check(&rig, OK_0);
    CHECK_EQ(rig.client.end, ERR_EOF);
    CHECK_EQ(rig.closed, 1);
    server_rig_close(&rig);
}

static void test_client_leaves(void)
{
    static const char *const moments[] = {
        "G", "GET / HTTP/1.1\r\nHost: a\r\n", GET,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe"};

    for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
        struct server_rig rig = {.hook = answer_later};

        server_rig_open(&rig, 100);
        server_rig_say(&rig, moments[i]);
        stream_finish(rig.client.stream);
        server_rig_run(&rig);
        CHECK_EQ(rig.closed, 1);
        if (rig.requests > 0)
            CHECK_EQ(rig.logs[0].why, ERR_EOF);
        server_rig_check(&rig, "");
        server_rig_close(&rig);
    }
}

static void test_owner_abandons(void)
{
    struct server_rig rig = {.hook = answer_later};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, NULL, NULL, false), OK);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, "half", 4), OK);
    server_rig_run(&rig);
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    CHECK_EQ(rig.client.end, ERR_IO); /* a reset: nobody can take this for an answer */
    CHECK_EQ(rig.logs[0].closeds, 1);
    CHECK_EQ(rig.logs[0].aborts, 0);
    CHECK_EQ(rig.closed, 1);
    server_rig_close(&rig);
}

CHECK_MAIN(TEST(test_one_after_the_other), TEST(test_date), TEST(test_slow_owner),
           TEST(test_ten_thousand_pipelined), TEST(test_bounded_pending),
           TEST(test_close_asked_for), TEST(test_http_1_0),

           TEST(test_close_at_once), TEST(test_client_half_closes_when_idle),
           TEST(test_client_leaves), TEST(test_owner_abandons))
