/* One connection of a client: requests, answers of all kinds, and bad ones: row A24 of the
 * threat model. */
#include "base/container.h"
#include "check.h"
#include "unit/support/client_rig.h"

#define OK_0 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static const size_t chunks[] = {1, 7, 16384};

/* --- requests --- */

static void test_request_without_body(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
    client_rig_check(&rig, "GET /x HTTP/1.1\r\nHost: bot\r\nConnection: keep-alive\r\n\r\n");
    client_rig_answer(&rig, OK_0);
    exchange_log_check(&rig.log, "200 Content-Length=0 end\n");
    CHECK_EQ(rig.log.completes, 1);
    CHECK_EQ(rig.log.closeds, 1);
    CHECK_EQ(rig.idles, 1);
    CHECK_EQ(client_rig_request(&rig, "POST", true), OK);
    client_rig_check(&rig, "POST /x HTTP/1.1\r\nHost: bot\r\nContent-Length: 0\r\n"
                           "Connection: keep-alive\r\n\r\n");
    client_rig_answer(&rig, OK_0);
    CHECK_EQ(rig.idles, 2);
    client_rig_close(&rig);
}

static void test_request_with_length(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    CHECK_EQ(client_rig_request_with(&rig, "POST", "content-length", "5"), OK);
    CHECK_EQ(exchange_send_body(rig.log.x, "hel", 3), OK);
    CHECK_EQ(exchange_send_body(rig.log.x, "lo", 2), OK);
    CHECK_EQ(exchange_send_end(rig.log.x), OK);
    client_rig_run(&rig);
    client_rig_check(&rig, "POST /x HTTP/1.1\r\nHost: bot\r\ncontent-length: 5\r\n"
                           "Connection: keep-alive\r\n\r\nhello");
    client_rig_answer(&rig, OK_0);
    CHECK_EQ(rig.idles, 1);
    client_rig_close(&rig);
}

static void test_request_in_chunks(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    CHECK_EQ(client_rig_request(&rig, "POST", false), OK);
    CHECK_EQ(exchange_send_body(rig.log.x, "hello", 5), OK);
    CHECK_EQ(exchange_send_end(rig.log.x), OK);
    CHECK_EQ(exchange_send_end(rig.log.x), ERR_CLOSED);
    client_rig_run(&rig);
    CHECK(rig.log.drains == 0 || exchange_queued(rig.log.x) == 0);
    client_rig_check(&rig, "POST /x HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n"
                           "Connection: keep-alive\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    CHECK_STR(exchange_peer(rig.log.x), "pipe");
    client_rig_close(&rig);
}

static void test_requests_that_cannot_be(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    CHECK_EQ(client_rig_request(&rig, "G T", true), ERR_SYNTAX);
    CHECK_EQ(client_rig_request_with(&rig, "POST", "content-length", "05"), ERR_SYNTAX);
    CHECK_EQ(client_rig_request_with(&rig, "GET", "X", "a\nb"), ERR_SYNTAX);
    CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
    CHECK_EQ(client_rig_request(&rig, "GET", true), ERR_BUSY);
    CHECK_EQ(exchange_log_send_head(&rig.log, 200, NULL, NULL, false), ERR_CLOSED);
    client_rig_check(&rig, "GET /x HTTP/1.1\r\nHost: bot\r\nConnection: keep-alive\r\n\r\n");
    client_rig_answer(&rig, OK_0);
    CHECK_EQ(rig.idles, 1);
    client_rig_close(&rig);
}

static void test_broken_promise(void)
{
    for (int more = 0; more < 2; more++) {
        struct client_rig rig = {0};

        client_rig_open(&rig, 100);
        CHECK_EQ(client_rig_request_with(&rig, "POST", "content-length", "5"), OK);
        if (more)
            CHECK_EQ(exchange_send_body(rig.log.x, "hello!", 6), ERR_PROTOCOL);
        else
            CHECK_EQ(exchange_send_end(rig.log.x), ERR_PROTOCOL);
        client_rig_run(&rig);
        CHECK_EQ(rig.log.aborts, 1);
        CHECK_EQ(rig.server.end, ERR_IO);
        client_rig_close(&rig);
    }
}

/* --- answers --- */

struct answer {
    const char *method, *text, *want;
    bool reusable, eof;
};

static const struct answer answers[] = {
    {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\nhi",
     "200 Content-Length=2 A=b\nhi", true, false},
    {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nT: x\r\n\r\n",
     "200\nhi", true, false},
    {"GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
     "200 Connection=close Content-Length=2\nhi", false, false},
    {"GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 Content-Length=2\nhi", false,
     false},
    {"GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
     "200 Connection=keep-alive Content-Length=2\nhi", true, false},
    {"GET", "HTTP/1.1 200 OK\r\n\r\nhi", "200\nhi", false, true},
    {"GET", "HTTP/1.1 200 OK\r\n\r\n", "200\n", false, true},
    {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "200 Content-Length=2 end\n", true,
     false},
    {"HEAD", "HTTP/1.1 200 OK\r\n\r\n", "200 end\n", true, false},
    {"GET", "HTTP/1.1 204 No Content\r\n\r\n", "204 end\n", true, false},
    {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n",
     "304 Content-Length=2 end\n", true, false},
    {"GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nL: x\r\n\r\n" OK_0,
     "100\n103 L=x\n200 Content-Length=0 end\n", true, false},
    {"GET", OK_0 OK_0, "200 Content-Length=0 end\n", false, false},
    {"GET", OK_0 "x", "200 Content-Length=0 end\n", false, false},
    {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 Content-Length=2 end\n",
     false, false},
    {"GET", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi",
     "204 Content-Length=2 end\n", false, false},
};

static void check_answer(const struct answer *a, size_t chunk)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, chunk);
    CHECK_EQ(client_rig_request(&rig, a->method, true), OK);
    net_peer_say(&rig.server, a->text);
    if (a->eof)
        stream_finish(rig.server.stream);
    client_rig_run(&rig);
    exchange_log_check(&rig.log, a->want);
    CHECK_EQ(rig.log.completes, 1);
    CHECK_EQ(rig.log.aborts, 0);
    CHECK_EQ(rig.closed, a->reusable ? 0 : 1);
    if (a->reusable)
        CHECK_EQ(rig.idles, 1);
    client_rig_close(&rig);
}

static void test_answers(void)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++)
        for (size_t k = 0; k < ARRAY_LEN(chunks); k++)
            check_answer(&answers[i], chunks[k]);
}

#define INTERIM "HTTP/1.1 102 Processing\r\n\r\n"

static const struct {
    const char *text, *detail;
} bad_answers[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
     "malformed answer: Content-Length beside Transfer-Encoding"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n",
     "malformed answer: more than one Content-Length field"},
    {"HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", "malformed answer: folded header line"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
     "malformed answer: unknown transfer coding"},
    {"HTTP/2.0 200 OK\r\n\r\n", "malformed answer: neither HTTP/1.1 nor HTTP/1.0"},
    {"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "malformed answer: LF without CR"},
    {"HTTP/1.1 700 Odd\r\n\r\n", "malformed answer: status is not a number from 100 to 599"},
    {"Hello\r\n\r\n", "malformed answer: malformed HTTP version"},
    {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
     "malformed answer: it switches protocols, which nobody asked for"},
    {INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM OK_0,
     "malformed answer: more than 8 interim heads"},
};

static void test_bad_answers(void)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_answers); i++) {
        for (size_t k = 0; k < ARRAY_LEN(chunks); k++) {
            struct client_rig rig = {0};

            client_rig_open(&rig, chunks[k]);
            CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
            client_rig_answer(&rig, bad_answers[i].text);
            CHECK_EQ(rig.log.why, ERR_PROTOCOL);
            CHECK_STR(rig.log.detail, bad_answers[i].detail);
            CHECK_EQ(rig.log.heads, 0);
            CHECK(rig.had_answer);
            CHECK_EQ(rig.closed, 1);
            client_rig_close(&rig);
        }
    }
}

static void test_eight_interim_heads(void)
{
    struct client_rig rig = {0};

    client_rig_open(&rig, 100);
    CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
    client_rig_answer(&rig,
                      INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM OK_0);
    CHECK_EQ(rig.log.interims, 8);
    CHECK_EQ(rig.idles, 1);
    CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
    client_rig_answer(&rig, INTERIM OK_0); /* counted anew */
    CHECK_EQ(rig.idles, 2);
    client_rig_close(&rig);
}

static void test_endless_head(void)
{
    struct client_rig rig = {0};
    static char fields[1001];

    memset(fields, 'x', sizeof fields - 1);
    client_rig_open(&rig, 16384);
    CHECK_EQ(client_rig_request(&rig, "GET", true), OK);
    client_rig_answer(&rig, "HTTP/1.1 200 OK\r\nX: ");
    for (int i = 0; i < 32; i++)
        client_rig_answer(&rig, fields);
    CHECK_EQ(rig.log.aborts, 0);
    client_rig_answer(&rig, fields);
    CHECK_EQ(rig.log.why, ERR_PROTOCOL);
    CHECK_STR(rig.log.detail, "malformed answer: header section over the limit");
    client_rig_close(&rig);
}

CHECK_MAIN(TEST(test_request_without_body), TEST(test_request_with_length),
           TEST(test_request_in_chunks), TEST(test_requests_that_cannot_be),
           TEST(test_broken_promise), TEST(test_answers), TEST(test_bad_answers),
           TEST(test_eight_interim_heads), TEST(test_endless_head))
