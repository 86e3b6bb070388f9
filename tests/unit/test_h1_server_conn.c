/* One connection of a server: requests in order, early answers, keep-alive, refusals. */
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

/* --- refusals --- */

static const struct {
    const char *input, *status_line;
} refused[] = {
    {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
    {"GET / HTTP/1.1\nHost: a\n\n", "HTTP/1.1 400 Bad Request\r\n"},
    {"\r\n\r\n" GET, "HTTP/1.1 400 Bad Request\r\n"},
    {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
    {"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 501 Not Implemented\r\n"},
    {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 501 Not Implemented\r\n"},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
     "HTTP/1.1 501 Not Implemented\r\n"},
    {"POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 5\r\n\r\nhello",
     "HTTP/1.1 417 Expectation Failed\r\n"},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\n" GET,
     "HTTP/1.1 400 Bad Request\r\n"},
};

static void test_refusals(void)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct server_rig rig = {0};

        server_rig_open(&rig, 16384);
        server_rig_say(&rig, refused[i].input);
        CHECK(server_rig_heard(&rig, refused[i].status_line));
        CHECK(server_rig_heard(&rig, "\r\nContent-Type: application/problem+json\r\n"));
        CHECK(
            server_rig_heard(&rig, "\r\nConnection: close\r\n\r\n{\"type\":\"about:blank\","));
        CHECK_EQ(rig.requests, 0);
        CHECK_EQ(rig.client.end, ERR_EOF);
        server_rig_say(&rig, GET); /* nobody listens any more */
        CHECK_EQ(rig.requests, 0);
        server_rig_close(&rig);
    }
}

/* A21 */
static void check_too_long(const char *before, size_t fill, const char *after,
                           const char *status_line)
{
    struct server_rig rig = {0};
    static char text[70000];

    memset(text, 'x', fill);
    text[fill] = '\0';
    server_rig_open(&rig, 16384);
    net_peer_say(&rig.client, before);
    net_peer_say(&rig.client, text);
    server_rig_say(&rig, after);
    CHECK(server_rig_heard(&rig, status_line));
    CHECK_EQ(rig.client.end == ERR_EOF, rig.requests == 0);
    server_rig_close(&rig);
}

static void test_refusals_of_size(void)
{
    static const char rest[] = " HTTP/1.1\r\nHost: a\r\n\r\n";
    static const char field[] = "GET / HTTP/1.1\r\nHost: a\r\nX: ";

    check_too_long("GET /", 8191, rest, "HTTP/1.1 200 OK\r\n");
    check_too_long("GET /", 8192, rest, "HTTP/1.1 414 URI Too Long\r\n");
    check_too_long("", 65536, rest, "HTTP/1.1 501 Not Implemented\r\n");
    check_too_long(field, 32768 - 6, "\r\n\r\n", "HTTP/1.1 200 OK\r\n");
    check_too_long(field, 32768 - 5, "\r\n\r\n",
                   "HTTP/1.1 431 Request Header Fields Too Large\r\n");
}

/* A6: the answer has not begun, so there is one; the owner is told. */
static void test_malformed_body(void)
{
    struct server_rig rig = {.hook = answer_later};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "2\r\nhi\r\n0x3\r\n");
    CHECK_EQ(rig.logs[0].why, ERR_PROTOCOL);
    CHECK_STR(rig.logs[0].detail, "malformed chunk size");
    CHECK(server_rig_heard(&rig, "HTTP/1.1 400 "));
    CHECK_EQ(rig.client.end, ERR_EOF);
    server_rig_close(&rig);
}

static void begin_answer(struct server_rig *rig, struct exchange_log *log,
                         const struct http_head *head, bool end)
{
    (void)rig;
    (void)head;
    (void)end;
    CHECK_EQ(exchange_log_send_head(log, 200, NULL, NULL, false), OK);
}

static void test_malformed_body_after_the_head(void)
{
    struct server_rig rig = {.hook = answer_later, .on_request = begin_answer};

    server_rig_open(&rig, 100);
    server_rig_say(&rig, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx");
    CHECK_EQ(rig.logs[0].why, ERR_PROTOCOL);
    CHECK(!server_rig_heard(&rig, "400"));
    CHECK_EQ(rig.client.end, ERR_IO);
    server_rig_close(&rig);
}

static void test_good_bad_good(void)
{
    struct server_rig rig = {0};

    server_rig_open(&rig, 16384);
    server_rig_say(&rig, GET "GET / HTTP/1.1\r\nHost : a\r\n\r\n" GET);
    CHECK_EQ(rig.requests, 1);
    CHECK(server_rig_heard(&rig, "HTTP/1.1 200 OK\r\n"));
    CHECK(server_rig_heard(&rig, "HTTP/1.1 400 Bad Request\r\n"));
    server_rig_close(&rig);
}

CHECK_MAIN(TEST(test_one_after_the_other), TEST(test_date), TEST(test_slow_owner),
           TEST(test_ten_thousand_pipelined), TEST(test_bounded_pending),
           TEST(test_close_asked_for), TEST(test_http_1_0), TEST(test_close_at_once),
           TEST(test_client_half_closes_when_idle), TEST(test_client_leaves),
           TEST(test_owner_abandons), TEST(test_refusals), TEST(test_refusals_of_size),
           TEST(test_malformed_body), TEST(test_malformed_body_after_the_head),
           TEST(test_good_bad_good))
