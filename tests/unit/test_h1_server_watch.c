/* Deadlines of a server's connection, by a clock that moves when told: row B1 of the threat
 * model. */
#include "check.h"
#include "unit/support/server_rig.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

static void wait(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static void test_silence(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_advance(&rig, H1_SERVER_HEAD_MS - 1);
    CHECK_EQ(rig.client.ended, 0);
    server_rig_advance(&rig, 1);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_check(&rig, "");
    server_rig_close(&rig);
}

/* However it trickles. */
static void test_slow_head(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_advance(&rig, 3000);
    server_rig_say(&rig, "G");
    for (int i = 0; i < 4; i++) {
        server_rig_advance(&rig, 1000);
        server_rig_say(&rig, "E");
    }
    server_rig_advance(&rig, 999);
    server_rig_check(&rig, "");
    server_rig_advance(&rig, 1);
    CHECK(server_rig_heard(&rig, "HTTP/1.1 408 Request Timeout\r\n"));
    CHECK_EQ(rig.client.end, ERR_EOF);
    CHECK_EQ(rig.requests, 0);
    server_rig_close(&rig);
}

static void test_slow_second_head(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    server_rig_advance(&rig, 60000);
    server_rig_say(&rig, "GET /");
    server_rig_advance(&rig, H1_SERVER_HEAD_MS - 1);
    CHECK(!server_rig_heard(&rig, "408"));
    server_rig_advance(&rig, 1);
    CHECK(server_rig_heard(&rig, "HTTP/1.1 408 "));
    server_rig_close(&rig);
}

static void send_bytes(struct server_rig *rig, size_t len)
{
    static const char piece[H1_SERVER_BODY_BYTES];

    CHECK_EQ(stream_write(rig->client.stream, piece, len), OK);
    server_rig_run(rig);
}

#define POST "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"

static void test_slow_body(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, POST);
    for (int i = 0; i < 3; i++) {
        server_rig_advance(&rig, H1_SERVER_BODY_MS - 1);
        send_bytes(&rig, H1_SERVER_BODY_BYTES);
        server_rig_advance(&rig, 1);
        CHECK_EQ(rig.logs[0].aborts, 0);
    }
    server_rig_advance(&rig, H1_SERVER_BODY_MS - 1);
    send_bytes(&rig, H1_SERVER_BODY_BYTES - 1);
    CHECK_EQ(rig.logs[0].aborts, 0);
    server_rig_advance(&rig, 1);
    CHECK_EQ(rig.logs[0].why, ERR_TIMEOUT);
    CHECK(server_rig_heard(&rig, "HTTP/1.1 408 "));
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

static void test_slow_body_of_an_answered_request(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, POST);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, NULL, NULL, false), OK);
    server_rig_advance(&rig, H1_SERVER_BODY_MS);
    CHECK_EQ(rig.logs[0].why, ERR_TIMEOUT);
    CHECK(!server_rig_heard(&rig, "408"));
    CHECK_EQ(rig.client.end, ERR_IO);
    server_rig_close(&rig);
}

/* While we paused, the client owes nothing. */
static void test_paused_body(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, POST);
    exchange_pause(rig.logs[0].x);
    server_rig_advance(&rig, 3600000);
    exchange_resume(rig.logs[0].x);
    server_rig_advance(&rig, H1_SERVER_BODY_MS - 1);
    CHECK_EQ(rig.logs[0].aborts, 0);
    server_rig_advance(&rig, 1);
    CHECK_EQ(rig.logs[0].aborts, 1);
    server_rig_close(&rig);
}

static void test_slow_drained_body(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
    exchange_log_answer(&rig.logs[0], 200, "");
    exchange_close(rig.logs[0].x);
    server_rig_advance(&rig, H1_SERVER_BODY_MS);
    CHECK(!server_rig_heard(&rig, "408"));
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

static void test_idle(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    server_rig_advance(&rig, H1_SERVER_IDLE_MS - 1);
    server_rig_say(&rig, GET);
    server_rig_advance(&rig, H1_SERVER_IDLE_MS - 1);
    CHECK_EQ(rig.client.ended, 0);
    server_rig_advance(&rig, 1);
    CHECK_EQ(rig.client.end, ERR_EOF);
    CHECK_EQ(rig.requests, 2);
    CHECK_EQ(rig.closed, 0);
    server_rig_advance(&rig, H1_SERVER_LINGER_MS - 1);
    CHECK_EQ(rig.closed, 0);
    server_rig_advance(&rig, 1);
    CHECK_EQ(rig.closed, 1);
    server_rig_close(&rig);
}

/* An owner may take as long as it likes, and so may a stream of events. */
static void test_slow_owner(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, GET);
    server_rig_advance(&rig, 3600000);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, NULL, NULL, false), OK);
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(exchange_send_body(rig.logs[0].x, ":\n\n", 3), OK);
        server_rig_run(&rig);
        server_rig_advance(&rig, 600000);
    }
    CHECK_EQ(rig.logs[0].aborts, 0);
    server_rig_close(&rig);
}

static void send_much(struct server_rig *rig)
{
    static const char big[200000];

    server_rig_say(rig, GET);
    CHECK_EQ(exchange_log_send_head(&rig->logs[0], 200, NULL, NULL, false), OK);
    stream_pause(rig->client.stream);
    CHECK_EQ(exchange_send_body(rig->logs[0].x, big, sizeof big), OK);
    server_rig_run(rig);
}

static void test_stalled_reader(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 1000);
    server_rig_advance(&rig, 4000);
    send_much(&rig);
    for (int i = 0; i < 4; i++)
        server_rig_advance(&rig, 2000);
    server_rig_advance(&rig, 1999);
    CHECK_EQ(rig.logs[0].aborts, 0);
    server_rig_advance(&rig, 1);
    CHECK_EQ(rig.logs[0].why, ERR_TIMEOUT);
    CHECK_EQ(rig.closed, 1);
    stream_resume(rig.client.stream);
    server_rig_run(&rig);
    CHECK_EQ(rig.client.end, ERR_IO);
    server_rig_close(&rig);
}

static void pause_again(struct net_peer *peer, enum net_event event)
{
    if (event == NET_DATA)
        stream_pause(peer->stream);
}

static void test_slow_reader(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 1000);
    send_much(&rig);
    rig.client.hook = pause_again;
    for (int i = 0; i < 20; i++) {
        stream_resume(rig.client.stream);
        server_rig_advance(&rig, H1_SERVER_STALL_MS - 2000);
    }
    CHECK_EQ(rig.logs[0].aborts, 0);
    server_rig_close(&rig);
}

/* The answer is complete, but still on its way: then the time to linger has not begun. */
static void test_slow_reader_of_the_last_answer(void)
{
    struct server_rig rig = {.hook = wait};

    server_rig_open(&rig, 10000);
    h1_server_conn_shutdown(rig.conn);
    server_rig_close(&rig);

    server_rig_open(&rig, 10000);
    send_much(&rig);
    h1_server_conn_shutdown(rig.conn);
    CHECK_EQ(exchange_send_end(rig.logs[0].x), OK);
    exchange_close(rig.logs[0].x);
    rig.client.hook = pause_again;
    for (int i = 0; i < 19; i++) {
        stream_resume(rig.client.stream);
        server_rig_advance(&rig, H1_SERVER_STALL_MS - 2000);
    }
    CHECK_EQ(rig.closed, 0);
    rig.client.hook = NULL;
    stream_resume(rig.client.stream);
    server_rig_run(&rig);
    CHECK(server_rig_heard(&rig, "HTTP/1.1 200 OK\r\n"));
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_advance(&rig, H1_SERVER_LINGER_MS - 1);
    CHECK_EQ(rig.closed, 0);
    server_rig_advance(&rig, 1);
    CHECK_EQ(rig.closed, 1);
    server_rig_close(&rig);
}

CHECK_MAIN(TEST(test_silence), TEST(test_slow_head), TEST(test_slow_second_head),
           TEST(test_slow_body), TEST(test_slow_body_of_an_answered_request),
           TEST(test_paused_body), TEST(test_slow_drained_body), TEST(test_idle),
           TEST(test_slow_owner), TEST(test_stalled_reader), TEST(test_slow_reader),
           TEST(test_slow_reader_of_the_last_answer))
