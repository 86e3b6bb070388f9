/* What a request still brings after its answer, before it is wanted, or not at all: rows A5
 * and A17 of the threat model. */
#include "base/container.h"
#include "check.h"
#include "unit/support/server_rig.h"

#define GET  "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
#define OK_0 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"

static void wait(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

/* --- answers before the request is complete --- */

static void answer_early(struct server_rig *rig, struct exchange_log *log,
                         const struct http_head *head, bool end)
{
    (void)rig;
    (void)head;
    (void)end;
    log->hook = wait;
    exchange_log_answer(log, 200, "");
    exchange_close(log->x);
}

static void send_body(struct server_rig *rig, size_t len)
{
    static char piece[4096];

    memset(piece, 'x', sizeof piece);
    while (len > 0) {
        size_t n = len < sizeof piece ? len : sizeof piece;

        if (stream_write(rig->client.stream, piece, n) != OK)
            return;
        server_rig_run(rig);
        len -= n;
    }
}

static void test_early_answer(void)
{
    static const size_t chunks[] = {1, 60, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        struct server_rig rig = {.on_request = answer_early};

        server_rig_open(&rig, chunks[i]);
        server_rig_say(&rig, POST GET POST GET);
        server_rig_check(&rig, OK_0 OK_0 OK_0 OK_0);
        CHECK_EQ(rig.logs[0].body_len, 0);
        server_rig_close(&rig);
    }
}

static void test_early_answer_drains(void)
{
    struct server_rig rig = {.on_request = answer_early};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n");
    server_rig_check(&rig, OK_0);
    send_body(&rig, 65536);
    server_rig_say(&rig, GET);
    CHECK_EQ(rig.requests, 2);
    server_rig_close(&rig);
}

static void test_early_answer_and_a_long_body(void)
{
    struct server_rig rig = {.on_request = answer_early};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n");
    server_rig_check(&rig, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    CHECK_EQ(rig.client.end, ERR_EOF);
    send_body(&rig, 65537);
    server_rig_say(&rig, GET);
    CHECK_EQ(rig.requests, 1);
    CHECK(!rig.closed); /* a close now could take the answer away from the client */
    server_rig_close(&rig);
}

static void test_early_answer_and_endless_chunks(void)
{
    struct server_rig rig = {.on_request = answer_early};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "1000000\r\n");
    server_rig_check(&rig, OK_0);
    send_body(&rig, 65536);
    CHECK_EQ(rig.client.ended, 0);
    send_body(&rig, 1);
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

/* The owner may also hear the body to its end. */
static void answer_early_and_listen(struct server_rig *rig, struct exchange_log *log,
                                    const struct http_head *head, bool end)
{
    (void)rig;
    (void)head;
    (void)end;
    log->hook = wait;
    exchange_log_answer(log, 200, "");
}

static void test_early_answer_of_a_listener(void)
{
    struct server_rig rig = {.on_request = answer_early_and_listen};

    server_rig_open(&rig, 10);
    server_rig_say(&rig, POST GET);
    CHECK_EQ(rig.logs[0].body_len, 5);
    CHECK_EQ(rig.logs[0].completes, 1);
    CHECK_EQ(rig.requests, 1);
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    CHECK_EQ(rig.requests, 2);
    server_rig_close(&rig);
}

static void test_listener_whose_client_leaves(void)
{
    struct server_rig rig = {.on_request = answer_early_and_listen};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    stream_finish(rig.client.stream);
    server_rig_run(&rig);
    CHECK_EQ(rig.logs[0].why, ERR_EOF);
    CHECK_EQ(rig.closed, 1);
    CHECK_EQ(rig.client.end, ERR_EOF); /* it still got the answer */
    server_rig_close(&rig);
}

/* --- expectations --- */

static void test_expect(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                         "Content-Length: 5\r\n\r\n");
    server_rig_check(&rig, "HTTP/1.1 100 Continue\r\n\r\n");
    server_rig_say(&rig, "hello");
    server_rig_check(&rig, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                           "Connection: keep-alive\r\n\r\nhello");
    server_rig_close(&rig);
}

static void test_expect_with_the_body_at_once(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                         "Content-Length: 5\r\n\r\nhello" GET);
    server_rig_check(&rig, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                           "Connection: keep-alive\r\n\r\nhello" OK_0);
    server_rig_close(&rig);
}

static void pause_first(struct server_rig *rig, struct exchange_log *log,
                        const struct http_head *head, bool end)
{
    (void)rig;
    (void)head;
    (void)end;
    exchange_pause(log->x);
}

static void test_expect_waits_for_the_owner(void)
{
    struct server_rig rig = {.on_request = pause_first};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                         "Content-Length: 5\r\n\r\n");
    server_rig_check(&rig, "");
    exchange_resume(rig.logs[0].x);
    exchange_resume(rig.logs[0].x);
    server_rig_run(&rig);
    server_rig_check(&rig, "HTTP/1.1 100 Continue\r\n\r\n");
    server_rig_close(&rig);
}

/* The client may or may not send the body now: nobody can tell a body from a request. */
static void test_expect_refused(void)
{
    struct server_rig rig = {.on_request = answer_early};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                         "Content-Length: 36\r\n\r\n");
    server_rig_check(&rig, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    server_rig_say(&rig, GET);
    CHECK_EQ(rig.requests, 1);
    server_rig_close(&rig);
}

/* --- backpressure --- */

static void test_pause(void)
{
    static const size_t chunks[] = {1, 3, 60, 16384};

    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        struct server_rig rig = {.on_request = pause_first};

        server_rig_open(&rig, chunks[i]);
        server_rig_say(&rig, POST);
        CHECK_EQ(rig.requests, 1);
        CHECK_EQ(rig.logs[0].body_len, 0);
        CHECK_EQ(rig.logs[0].completes, 0);
        exchange_resume(rig.logs[0].x);
        CHECK_EQ(rig.logs[0].body_len, 0); /* nothing from inside the call */
        server_rig_run(&rig);
        CHECK_EQ(rig.logs[0].completes, 1);
        server_rig_check(&rig, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                               "Connection: keep-alive\r\n\r\nhello");
        server_rig_close(&rig);
    }
}

/* Not even the end of a message is told to an owner who has paused. */
static void pause_in_body(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_BODY)
        exchange_pause(log->x);
    if (event == EXCHANGE_ABORT)
        exchange_close(log->x);
}

static void test_pause_in_the_last_piece(void)
{
    struct server_rig rig = {.hook = pause_in_body};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, POST GET);
    CHECK_EQ(rig.logs[0].body_len, 5);
    CHECK_EQ(rig.logs[0].completes, 0);
    exchange_resume(rig.logs[0].x);
    server_rig_run(&rig);
    CHECK_EQ(rig.logs[0].completes, 1);
    server_rig_close(&rig);
}

static void test_pause_of_a_request_without_body(void)
{
    struct server_rig rig = {.on_request = pause_first};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, GET GET);
    CHECK_EQ(rig.logs[0].completes, 0);
    exchange_resume(rig.logs[0].x);
    server_rig_run(&rig);
    CHECK_EQ(rig.logs[0].completes, 1);
    CHECK_EQ(rig.requests, 2);
    server_rig_close(&rig);
}

static void test_pause_reaches_the_client(void)
{
    struct server_rig rig = {.on_request = pause_first};

    server_rig_open(&rig, 1000);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    send_body(&rig, 100000);
    CHECK_EQ(stream_queued(rig.client.stream), 100000);
    exchange_close(rig.logs[0].x);
    server_rig_run(&rig);
    CHECK_EQ(rig.closed, 1);
    server_rig_close(&rig);
}

static void test_drain(void)
{
    struct server_rig rig = {.hook = wait};
    static char big[100000];

    memset(big, 'x', sizeof big);
    server_rig_open(&rig, 16384);
    server_rig_say(&rig, GET);
    stream_pause(rig.client.stream);
    CHECK_EQ(exchange_log_send_head(&rig.logs[0], 200, NULL, NULL, false), OK);
    CHECK_EQ(exchange_send_body(rig.logs[0].x, big, sizeof big), OK);
    server_rig_run(&rig);
    CHECK(exchange_queued(rig.logs[0].x) > sizeof big);
    int drains = rig.logs[0].drains;
    stream_resume(rig.client.stream);
    server_rig_run(&rig);
    CHECK_EQ(exchange_queued(rig.logs[0].x), 0);
    CHECK(rig.logs[0].drains > drains);
    CHECK_STR(exchange_peer(rig.logs[0].x), "pipe");
    server_rig_close(&rig);
}

CHECK_MAIN(TEST(test_early_answer), TEST(test_early_answer_drains),
           TEST(test_early_answer_and_a_long_body), TEST(test_early_answer_and_endless_chunks),
           TEST(test_early_answer_of_a_listener), TEST(test_listener_whose_client_leaves),
           TEST(test_expect), TEST(test_expect_with_the_body_at_once),
           TEST(test_expect_waits_for_the_owner), TEST(test_expect_refused), TEST(test_pause),
           TEST(test_pause_in_the_last_piece), TEST(test_pause_of_a_request_without_body),
           TEST(test_pause_reaches_the_client), TEST(test_drain))
