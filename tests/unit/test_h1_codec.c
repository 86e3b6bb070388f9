/* What the parser says of sound requests, its states, and memory. */
#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "unit/support/h1_record.h"

static void check_log(const struct h1_feeding *how, const char *want, enum err result)
{
    struct h1_record r;

    h1_record_sweep(&r, how);
    CHECK_EQ(bytes_append(&r.log, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&r.log), want);
    CHECK_EQ(r.result, result);
    h1_record_fini(&r);
}

static void check_requests(struct span input, const char *want)
{
    check_log(&(struct h1_feeding){.role = H1_SERVER, .input = input, .eof = true}, want, OK);
}

static void test_requests(void)
{
    check_requests(SPAN("GET / HTTP/1.1\r\nHost: a:80\r\n\r\n"), "GET a:80 / end\n.\n");
    check_requests(SPAN("POST /callback?x=%20 HTTP/1.1\r\nX-Line-Signature: s=\r\nHost: a\r\n"
                        "Content-Length: 5\r\nx-line-signature: t\r\n\r\nhello"),
                   "POST a /callback?x=%20|X-Line-Signature=s=|Content-Length=5|"
                   "x-line-signature=t\nhello\n.\n");
    check_requests(
        SPAN("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nA:\t b \r\n"
             "Empty:\r\n\r\n5;e=1\r\nhello\r\n6\r\n world\r\n0\r\nHost: b\r\n\r\n"),
        "PUT a /x|A=b|Empty=\nhello world\n.\n");
    check_requests(SPAN("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
                   "POST a /|Content-Length=0 end\n.\n");
    check_requests(SPAN("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "0\r\n\r\n"),
                   "POST a /\n.\n");
    check_requests(SPAN(""), "");
}

static void test_absolute_form(void)
{
    check_requests(SPAN("GET http://A/x/y?z HTTP/1.1\r\nHost: a\r\n\r\n"),
                   "GET a /x/y?z end\n.\n");
    check_requests(SPAN("GET HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n"), "GET a / end\n.\n");
}

/* A16, A23 */
static void test_pipelining(void)
{
    check_requests(SPAN("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                        "\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                        "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "2\r\nho\r\n0\r\n\r\n\r\n"
                        "GET /4 HTTP/1.0\r\nHost: a\r\n\r\n\r\n"),
                   "GET a /1 end\n.\nPOST a /2|Content-Length=2\nhi\n.\nPOST a /3\nho\n.\n"
                   "GET a /4 end\n.\n");
    check_log(&(struct h1_feeding){.role = H1_SERVER,
                                   .input = SPAN("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                                                 "GET /2 HTTP/1.1\r\n\r\n"
                                                 "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")},
              "GET a /1 end\n.\n", ERR_SYNTAX);
}

static void test_end_of_connection(void)
{
    static const struct span cut[] = {
        {"G", 1},
        {"GET / HTTP/1.1\r\nHost: a\r\n", 25},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 47},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", 59},
    };

    for (size_t i = 0; i < ARRAY_LEN(cut); i++) {
        struct h1_feeding how = {.role = H1_SERVER, .input = cut[i], .eof = true};
        struct h1_record r;

        h1_record_sweep(&r, &how);
        CHECK_EQ(r.result, ERR_EOF);
        CHECK_EQ(r.messages, 0);
        h1_record_fini(&r);
    }
    check_requests(SPAN("\r"), "");
    check_requests(SPAN("\r\n"), "");
}

/* --- states --- */

struct watched {
    struct h1_codec codec;
    size_t heads, bodies, completes, ahead;
    uint64_t left;
    bool keep_alive, minor_0, expects;
    bool stops;
};

static void on_head(void *owner, const struct http_head *head, bool end)
{
    struct watched *w = owner;

    (void)head;
    (void)end;
    w->heads++;
    w->ahead = w->codec.ahead;
    w->left = h1_codec_body_left(&w->codec);
    w->keep_alive = w->codec.keep_alive;
    w->minor_0 = w->codec.minor_0;
    w->expects = w->codec.expect_continue;
    if (w->stops)
        h1_codec_stop(&w->codec);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    struct watched *w = owner;

    (void)data;
    (void)len;
    w->bodies++;
    if (w->stops)
        h1_codec_stop(&w->codec);
}

static void on_complete(void *owner)
{
    struct watched *w = owner;

    w->completes++;
}

static const struct h1_events watching = {on_head, on_body, on_complete};

static size_t feed(struct watched *w, const char *text)
{
    size_t used;

    CHECK_EQ(h1_codec_feed(&w->codec, (const uint8_t *)text, strlen(text), &used), OK);
    return used;
}

static void watch(struct watched *w, const char *text)
{
    *w = (struct watched){0};
    h1_codec_init(&w->codec, H1_SERVER, &watching, w);
    (void)feed(w, text);
}

static void test_keep_alive(void)
{
    static const struct {
        const char *version, *fields;
        bool keeps;
    } cases[] = {
        {"1.1", "", true},
        {"1.1", "Connection: close\r\n", false},
        {"1.1", "Connection: keep-alive, Close\r\n", false},
        {"1.1", "Connection: keep-alive\r\nConnection: x, close\r\n", false},
        {"1.1", "Connection: closed\r\n", true},
        {"1.0", "", false},
        {"1.0", "Connection: Keep-Alive\r\n", true},
        {"1.0", "Connection: keep-alive, close\r\n", false},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct watched w;
        char text[200];

        (void)snprintf(text, sizeof text, "GET / HTTP/%s\r\nHost: a\r\n%s\r\n",
                       cases[i].version, cases[i].fields);
        watch(&w, text);
        CHECK_EQ(w.completes, 1);
        CHECK_EQ(w.keep_alive, cases[i].keeps);
        CHECK_EQ(w.minor_0, cases[i].version[2] == '0');
        h1_codec_fini(&w.codec);
    }
}

/* A17 */
static void test_expectations(void)
{
    static const struct {
        const char *head;
        bool expects;
    } cases[] = {
        {"POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n", true},
        {"POST / HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n", true},
        {"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n", false},
        {"GET / HTTP/1.1\r\nExpect: 100-continue\r\n", false},
        {"POST / HTTP/1.1\r\nExpect: 200-ok\r\nContent-Length: 1\r\n", false},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct watched w;
        char text[200];

        (void)snprintf(text, sizeof text, "%sHost: a\r\n\r\n", cases[i].head);
        watch(&w, text);
        CHECK_EQ(w.heads, 1);
        CHECK_EQ(w.expects, cases[i].expects);
        h1_codec_fini(&w.codec);
    }
    check_requests(
        SPAN("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"
             "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nExpect: x\r\n\r\n"),
        "GET a / end\n.\nGET a /|Expect=100-continue|Expect=x end\n.\n");
}

static void test_progress(void)
{
    struct watched w;

    watch(&w, "");
    CHECK(!h1_codec_is_busy(&w.codec));
    CHECK_EQ(feed(&w, "\r\n"), 2);
    CHECK(!h1_codec_is_busy(&w.codec));
    CHECK_EQ(feed(&w, "POST / HTTP/1.1\r\nHost: a\r\n"), 26);
    CHECK(h1_codec_is_busy(&w.codec));
    CHECK_EQ(feed(&w, "Content-Length: 7\r\n\r\nabc"), 24);
    CHECK_EQ(w.ahead, 3);
    CHECK_EQ(w.left, 7);
    CHECK_EQ(h1_codec_body_left(&w.codec), 4);
    CHECK_EQ(feed(&w, "defgGET"), 4);
    CHECK_EQ(w.completes, 1);
    CHECK(!h1_codec_is_busy(&w.codec));
    CHECK_EQ(h1_codec_body_left(&w.codec), 0);
    h1_codec_fini(&w.codec);
}

/* Whoever stops gets nothing more from this feed, not even the end of a message. */
static void test_stop(void)
{
    struct watched w = {.stops = true};
    const char *text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET";

    h1_codec_init(&w.codec, H1_SERVER, &watching, &w);
    size_t used = feed(&w, text);
    CHECK_EQ(w.heads, 1);
    CHECK_EQ(w.bodies, 0);
    CHECK_STR(text + used, "abcGET");
    used += feed(&w, text + used);
    CHECK_EQ(w.bodies, 1);
    CHECK_EQ(w.completes, 0);
    CHECK(h1_codec_is_busy(&w.codec));
    CHECK_STR(text + used, "GET");
    CHECK_EQ(feed(&w, text + used), 0);
    CHECK_EQ(w.completes, 1);
    CHECK(!h1_codec_is_busy(&w.codec));
    h1_codec_fini(&w.codec);
}

/* --- memory --- */

static const char in_pieces[] = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

static enum err feed_in_pieces(struct h1_codec *c)
{
    for (size_t i = 0; i < sizeof in_pieces - 1; i++) {
        size_t used;
        enum err e = h1_codec_feed(c, (const uint8_t *)&in_pieces[i], 1, &used);

        if (e)
            return e;
    }
    return OK;
}

static void test_memory(void)
{
    unsigned long before = mem_live();
    struct watched w = {0};

    for (unsigned long n = 1;; n++) {
        h1_codec_init(&w.codec, H1_SERVER, &watching, &w);
        mem_fail_at(n);
        enum err e = feed_in_pieces(&w.codec);
        mem_fail_at(0);
        if (!e)
            break;
        CHECK_EQ(e, ERR_NOMEM);
        CHECK_STR(h1_codec_detail(&w.codec), err_text(ERR_NOMEM));
        h1_codec_fini(&w.codec);
        CHECK_EQ(mem_live(), before);
    }
    CHECK_EQ(w.completes, 1);
    CHECK_EQ(mem_live(), before); /* between messages it holds nothing */
    h1_codec_fini(&w.codec);
}

CHECK_MAIN(TEST(test_requests), TEST(test_absolute_form), TEST(test_pipelining),
           TEST(test_end_of_connection), TEST(test_keep_alive), TEST(test_expectations),
           TEST(test_progress), TEST(test_stop), TEST(test_memory))
