/* How a client's connection ends, what comes of answers to half a request, and backpressure. */
#include "base/container.h"
#include "check.h"
#include "unit/support/client_rig.h"

#define OK_0 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static const size_t chunks[] = {1, 7, 16384};

/* --- ends --- */

static const struct {
    const char *text, *detail;
    bool has_answer;
} cuts[] = {
    {"", "the connection ended before the answer began", false},
    {"H", "the connection ended in the middle of the answer", true},
    {"HTTP/1.1 102 Processing\r\n\r\n", "the connection ended in the middle of the answer",
     true},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh",
     "the connection ended in the middle of the answer", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
     "the connection ended in the middle of the answer", true},
};

static void test_cut_answers(void)
{
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        for (int reset = 0; reset < 2; reset++) {
            struct client_rig rig = {0};

            client_rig_open(&rig, 100);
            CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
            client_rig_answer(&rig, cuts[i].text);
            if (reset)
                stream_reset(rig.server.stream);
            else
                stream_close(rig.server.stream);
            client_rig_run(&rig);
            CHECK_EQ(rig.log.why, reset ? ERR_IO : ERR_EOF);
            CHECK_STR(rig.log.detail, cuts[i].detail);
            CHECK_EQ(rig.had_answer, cuts[i].has_answer);
            CHECK_EQ(rig.closed, 1);
            client_rig_close(&rig);
        }
    }
}

static void test_server_closes_while_idle(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
    client_rig_answer(&rig, OK_0);
    CHECK_EQ(rig.idles, 1);
    stream_finish(rig.server.stream);
    client_rig_run(&rig);
    CHECK_EQ(rig.closed, 1);
    client_rig_close(&rig);
}

static void test_server_speaks_unasked(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    client_rig_answer(&rig, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
    CHECK_EQ(rig.closed, 1);
    client_rig_close(&rig);
}

static void test_close(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
    h1_client_conn_close(rig.conn);
    h1_client_conn_close(rig.conn);
    CHECK(!h1_client_conn_is_usable(rig.conn));
    CHECK_EQ(client_rig_request(&rig, "GET", true), ERR_CLOSED);
    client_rig_run(&rig);
    CHECK_EQ(rig.log.why, ERR_CLOSED);
    CHECK_EQ(rig.closed, 1);
    client_rig_close(&rig);
}

static void test_owner_abandons(void)
{
    for (int complete = 0; complete < 2; complete++) {
        struct client_rig rig = {0};

        client_rig_open(&rig, 100);
        CHECK_EQ(client_rig_request(&rig, "POST", complete != 0), OK);
        exchange_close(rig.log.x);
        client_rig_run(&rig);
        CHECK_EQ(rig.log.closeds, 1);
        CHECK_EQ(rig.closed, 1);
        CHECK_EQ(rig.server.end, complete ? ERR_EOF : ERR_IO);
        client_rig_close(&rig);
    }
}

/* --- answers to half a request --- */

static void keep(struct exchange_log *log, enum exchange_event event)
{
    (void)log;
    (void)event;
}

static void test_early_answer_and_the_server_is_gone(void)
{
    struct client_rig rig = {.hook = keep};

    client_rig_open(&rig, 1);
    CHECK_EQ(client_rig_request_with(&rig, "POST", "content-length", "10"), OK);
    net_peer_say(&rig.server, "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\n");
    stream_close(rig.server.stream);
    CHECK_EQ(exchange_send_body(rig.log.x, "hello", 5), OK); /* to nobody */
    CHECK_EQ(exchange_send_body(rig.log.x, "hello", 5), OK);
    CHECK_EQ(exchange_send_end(rig.log.x), OK);
    client_rig_run(&rig);
    exchange_log_check(&rig.log, "413 Connection=close\n");
    CHECK_EQ(rig.log.completes, 1);
    CHECK_EQ(rig.closed, 1);
    client_rig_close(&rig);
}

static void test_early_answer_is_not_reused(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    CHECK_EQ(client_rig_request_with(&rig, "POST", "content-length", "10"), OK);
    client_rig_answer(&rig, OK_0);
    CHECK_EQ(rig.log.completes, 1);
    CHECK_EQ(rig.idles, 0);
    CHECK_EQ(rig.closed, 1);
    CHECK_EQ(rig.server.end, ERR_IO);
    client_rig_close(&rig);
}

/* --- backpressure --- */

static void pause_always(struct exchange_log *log, enum exchange_event event)
{
    if (event == EXCHANGE_HEAD || event == EXCHANGE_BODY)
        exchange_pause(log->x);
}

static void check_paused(const char *text, size_t chunk, const char *want)
{
    struct client_rig rig = {.hook = pause_always};
    size_t resumes = 0;

    client_rig_open(&rig, chunk);
    CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
    net_peer_say(&rig.server, text);
    stream_finish(rig.server.stream);
    client_rig_run(&rig);
    for (; rig.log.x; resumes++) {
        int events = rig.log.heads + rig.log.completes;
        size_t len = rig.log.body_len;

        client_rig_run(&rig);
        CHECK_EQ(rig.log.heads + rig.log.completes, events); /* nothing while paused */
        CHECK_EQ(rig.log.body_len, len);
        exchange_resume(rig.log.x);
        CHECK_EQ(rig.log.body_len, len);
        client_rig_run(&rig);
        CHECK(resumes < 100);
    }
    exchange_log_check(&rig.log, want);
    CHECK_EQ(rig.log.completes, 1);
    CHECK(resumes >= 1);
    client_rig_close(&rig);
}

static void test_pause(void)
{
    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        check_paused("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", chunks[i],
                     "200 Content-Length=5\nhello");
        check_paused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                     chunks[i], "200\nhello");
        check_paused("HTTP/1.1 200 OK\r\n\r\nhello", chunks[i], "200\nhello");
        check_paused("HTTP/1.1 204 No Content\r\n\r\n", chunks[i], "204 end\n");
    }
}

CHECK_MAIN(TEST(test_cut_answers), TEST(test_server_closes_while_idle),
           TEST(test_server_speaks_unasked), TEST(test_close), TEST(test_owner_abandons),
           TEST(test_early_answer_and_the_server_is_gone),
           TEST(test_early_answer_is_not_reused), TEST(test_pause))
