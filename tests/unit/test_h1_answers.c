/* What the parser says of responses: row A24 of the threat model. */
#include "base/container.h"
#include "check.h"
#include "unit/support/h1_mutations.h"
#include "unit/support/h1_record.h"

static void check_answers(struct span input, bool to_head, const char *want, enum err result)
{
    struct h1_feeding how = {
        .role = H1_CLIENT, .input = input, .eof = true, .head_request = to_head};
    struct h1_record r;

    h1_record_sweep(&r, &how);
    CHECK_EQ(bytes_append(&r.log, "", 1), OK);
    CHECK_STR((const char *)bytes_peek(&r.log), want);
    CHECK_EQ(r.result, result);
    h1_record_fini(&r);
}

static void test_framings(void)
{
    check_answers(SPAN("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\nhi"), false,
                  "200  |Content-Length=2|A=b\nhi\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\nhi\r\n0\r\nT: x\r\n\r\n"),
                  false, "200  \nhi\n.\n", OK);
    check_answers(SPAN("HTTP/1.0 404 Not here\r\nServer: x\r\n\r\nhi ho"), false,
                  "404  |Server=x\nhi ho\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 200 OK\r\n\r\n"), false, "200  \n.\n", OK);
    check_answers(SPAN("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), false,
                  "200  |Content-Length=0 end\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"), false,
                  "200  |Content-Length=0 end\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 599 \xe3\x81\x82\t!\r\nContent-Length: 0\r\n\r\n"), false,
                  "599  |Content-Length=0 end\n.\n", OK);
}

static void test_no_body(void)
{
    check_answers(SPAN("HTTP/1.1 204 No Content\r\n\r\n"), false, "204   end\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"), false,
                  "304  |Content-Length=9 end\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), true,
                  "200  |Content-Length=9 end\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), true,
                  "200   end\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 200 OK\r\n\r\n"), true, "200   end\n.\n", OK);
}

static void test_interim(void)
{
    check_answers(SPAN("HTTP/1.1 100 Continue\r\n\r\n"
                       "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
                  false, "100  \n103  |Link=x\n200  |Content-Length=2\nhi\n.\n", OK);
    check_answers(SPAN("HTTP/1.1 100 Continue\r\n\r\n"), false, "100  \n", ERR_EOF);
    /* 101 is the end of HTTP. */
    check_answers(SPAN("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), false,
                  "101  |Upgrade=x end\n.\n", OK);
}

static void test_cut_short(void)
{
    check_answers(SPAN("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi"), false,
                  "200  |Content-Length=3\nhi", ERR_EOF);
    check_answers(SPAN("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"),
                  false, "200  \nhi", ERR_EOF);
    check_answers(SPAN("HTTP/1.1 200 OK\r\n"), false, "", ERR_EOF);
}

static const struct h1_mutation heads[] = {
    {H1_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5"), OK},
    {H1_TEXT("HTTP/1.0 200 OK\r\nContent-Length: 5"), OK},
    {H1_TEXT("HTTP/1.1 200 \r\nContent-Length: 5"), OK},
    {H1_TEXT("HTTP/1.1 200\r\nContent-Length: 5"), OK},
    {H1_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5,5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nContent-Length: +5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nContent-Length:"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 204 No\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip"), ERR_UNSUPPORTED},
    {H1_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: ,chunked"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nX: y\r\n z"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nX: y\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nX: y\rContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nX : y"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\r\nX: \0"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 O\0K\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 OK\x1b\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200 O\rK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1  200 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1\t200 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 200OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 2000 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 20 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 20\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 -20 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 099 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 000 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 600 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 999 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/1.1 \r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("HTTP/2.0 200 OK\r\nContent-Length: 5"), ERR_VERSION},
    {H1_TEXT("HTTP/2 200 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("http/1.1 200 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("ICY 200 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("\r\nHTTP/1.1 200 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("\nHTTP/1.1 200 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT(" HTTP/1.1 200 OK\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/1.1\r\nContent-Length: 5"), ERR_SYNTAX},
};

static void test_odd_heads(void)
{
    h1_mutations_check(
        &(struct h1_mutations){.role = H1_CLIENT,
                               .before = "",
                               .after = "\r\n\r\nhelloHTTP/1.1 204 No Content\r\n\r\n",
                               .followers = 1,
                               .list = heads,
                               .len = ARRAY_LEN(heads)});
}

/* Without a length the body is all that follows, whatever it looks like. */
static const struct h1_mutation unframed[] = {
    {H1_TEXT("HTTP/1.1 200 OK"), OK},
    {H1_TEXT("HTTP/1.0 200 OK\r\nConnection: keep-alive"), OK},
    {H1_TEXT("HTTP/1.1 500 Oops\r\nX: y"), OK},
};

static void test_unframed(void)
{
    h1_mutations_check(&(struct h1_mutations){.role = H1_CLIENT,
                                              .before = "",
                                              .after = "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
                                              .eof = true,
                                              .list = unframed,
                                              .len = ARRAY_LEN(unframed)});
}

static void test_status_line_limit(void)
{
    for (size_t len = 511; len <= 513; len++) {
        struct h1_feeding how = {.role = H1_CLIENT};
        struct h1_record r;
        char text[600] = "HTTP/1.1 200 ";

        memset(text + 13, 'x', len - 13);
        memcpy(text + len, "\r\nContent-Length: 0\r\n\r\n", 24);
        how.input = span_text(text);
        h1_record_sweep(&r, &how);
        CHECK_EQ(r.result, len > 512 ? ERR_HEADERS_TOO_LARGE : OK);
        h1_record_fini(&r);
    }
}

CHECK_MAIN(TEST(test_framings), TEST(test_no_body), TEST(test_interim), TEST(test_cut_short),
           TEST(test_odd_heads), TEST(test_unframed), TEST(test_status_line_limit))
