/* Where bodies end: rows A1-A4 and A6-A8 of the threat model, each case cut at every byte. */
#include "base/container.h"
#include "check.h"
#include "unit/support/h1_mutations.h"

#define FOLLOWER "GET /second HTTP/1.1\r\n" H1_HOST "\r\n"

/* A request; the second one must appear only when the first is accepted. */
static void check(struct h1_mutations *m)
{
    m->role = H1_SERVER;
    m->followers = 1;
    h1_mutations_check(m);
}

/* A1-A4: a body of five bytes, framed in every wrong way. */
static const struct h1_mutation framing[] = {
    {H1_TEXT("Content-Length: 5"), OK},
    {H1_TEXT("content-length:5"), OK},
    {H1_TEXT("Content-Length: 5\r\nTransfer-Encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\r\nContent-Length: 0"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\r\nTransfer-Encoding: gzip"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\r\nContent-Length: 6"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\r\nX: y\r\ncontent-length: 5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5,5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5,6"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5, 5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: +5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: -5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: -0"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 0x5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5_0"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 05"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 010"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 00"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 1e1"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5.0"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5 "), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\t"), ERR_SYNTAX},
    {H1_TEXT("Content-Length:  5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length:\t5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5 5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: \"5\""), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5;"), ERR_SYNTAX},
    {H1_TEXT("Content-Length:"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: "), ERR_SYNTAX},
    {H1_TEXT("Content-Length: five"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: \xb2"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 9223372036854775808"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 18446744073709551616"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 18446744073709551621"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 99999999999999999999999999"), ERR_SYNTAX},
    {H1_TEXT("Content-Length : 5"), ERR_SYNTAX},
    {H1_TEXT(" Content-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length\t: 5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\r\n 5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\nX: y"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\rX: y"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\r\r\nX: y"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: \0"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5\0"), ERR_SYNTAX},
};

static void test_framing(void)
{
    check(&(struct h1_mutations){.before = "POST / HTTP/1.1\r\n" H1_HOST,
                                 .after = "\r\n\r\nhello" FOLLOWER,
                                 .list = framing,
                                 .len = ARRAY_LEN(framing)});
}

static const struct h1_mutation transfer_codings[] = {
    {H1_TEXT("Transfer-Encoding: chunked"), OK},
    {H1_TEXT("transfer-encoding:Chunked"), OK},
    {H1_TEXT("Transfer-Encoding: CHUNKED"), OK},
    {H1_TEXT("Transfer-Encoding: ,chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: , chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked,"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked, "), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: x, chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: gzip, chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: gzip,chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked, gzip"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked, chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked, identity"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: identity, chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked ;p"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked;p=1"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked;"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: \"chunked\""), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: 'chunked'"), ERR_UNSUPPORTED},
    {H1_TEXT("Transfer-Encoding: chunked "), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\t"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding:  chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding:\tchunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: \x0b"
             "chunked"),
     ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: \x0c"
             "chunked"),
     ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\x0b"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: \0chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\0"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: \xa0"
             "chunked"),
     ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chun\r\n ked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding:\r\n chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding : chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding\x0b: chunked"), ERR_SYNTAX},
    {H1_TEXT(" Transfer-Encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: x\r\ntransfer-encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding:"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: "), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: identity"), ERR_UNSUPPORTED},
    {H1_TEXT("Transfer-Encoding: gzip"), ERR_UNSUPPORTED},
    {H1_TEXT("Transfer-Encoding: xchunked"), ERR_UNSUPPORTED},
    {H1_TEXT("Transfer-Encoding: chunkedx"), ERR_UNSUPPORTED},
    {H1_TEXT("Transfer-Encoding: chunke"), ERR_UNSUPPORTED},
    {H1_TEXT("Transfer-Encoding: chunked x"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\nX: y"), ERR_SYNTAX},
    {H1_TEXT("Transfer-Encoding: chunked\rX: y"), ERR_SYNTAX},
    {H1_TEXT("X: y\nTransfer-Encoding: chunked"), ERR_SYNTAX},
};

static void test_transfer_codings(void)
{
    check(&(struct h1_mutations){.before = "POST / HTTP/1.1\r\n" H1_HOST,
                                 .after = "\r\n\r\n5\r\nhello\r\n0\r\n\r\n" FOLLOWER,
                                 .list = transfer_codings,
                                 .len = ARRAY_LEN(transfer_codings)});
}

/* A6-A8 */
static const struct h1_mutation chunks[] = {
    {H1_TEXT("5\r\nhello\r\n0\r\n"), OK},
    {H1_TEXT("0\r\n"), OK},
    {H1_TEXT("1\r\nh\r\n4\r\nello\r\n0\r\n"), OK},
    {H1_TEXT("A\r\n0123456789\r\na\r\n0123456789\r\n00\r\n"), OK},
    {H1_TEXT("0000000000000005\r\nhello\r\n0000000000000000\r\n"), OK},
    {H1_TEXT("00000000000000005\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("10000000000000005\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("8000000000000000\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("0x5\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("+5\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("-5\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5_\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT(" 5\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5 \r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("\t5\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\t\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5g\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("g\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5,\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\0\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\rhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\nhello0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\nhello\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\nhello\r0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\nhelloXX0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\nhello\r\n\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\nhell\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("4\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\nhello\r\n0\n"), ERR_SYNTAX},
    {H1_TEXT("5\r\nhello\r\n0\r"), ERR_SYNTAX},
    {H1_TEXT("5;a\r\nhello\r\n0;b=c\r\n"), OK},
    {H1_TEXT("5;a=\"q;\\\"\t\xff\"\r\nhello\r\n0\r\n"), OK},
    {H1_TEXT("5;a=1;b=2;c\r\nhello\r\n0\r\n"), OK},
    {H1_TEXT("5;\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;;a\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;=a\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a=\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a=b=c\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5 ;a\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5; a\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a b\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a=\"q\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a=\"q\"x\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a=\"q\nr\"\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a\nb\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a\rb\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a\r\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;\0\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("5;a=\"\0\"\r\nhello\r\n0\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\nX: y\r\n"), OK},
    {H1_TEXT("0\r\nContent-Length: 7\r\nHost: other\r\nX-Line-Signature: z\r\n"), OK},
    {H1_TEXT("0\r\nTransfer-Encoding: gzip\r\nConnection: close\r\nX-Forwarded-For: 1\r\n"),
     OK},
    {H1_TEXT("0\r\nX\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\nX y\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\nX : y\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\n: y\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\n X: y\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\nX: y\r\n z\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\nX: y\nZ: z\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\nX: \0\r\n"), ERR_SYNTAX},
    {H1_TEXT("0\r\nGET /x HTTP/1.1\r\n"), ERR_SYNTAX},
};

static void test_chunks(void)
{
    check(&(struct h1_mutations){.before = "POST / HTTP/1.1\r\n" H1_HOST
                                           "Transfer-Encoding: chunked\r\n\r\n",
                                 .after = "\r\n" FOLLOWER,
                                 .list = chunks,
                                 .len = ARRAY_LEN(chunks)});
}

/* A3: what HTTP/1.0 does not have. */
static const struct h1_mutation http_1_0[] = {
    {H1_TEXT(H1_HOST "Content-Length: 5"), OK},
    {H1_TEXT(H1_HOST "Transfer-Encoding: chunked"), ERR_SYNTAX},
    {H1_TEXT(H1_HOST "Transfer-Encoding: identity"), ERR_SYNTAX},
    {H1_TEXT(H1_HOST "Transfer-Encoding: chunked\r\nContent-Length: 5"), ERR_SYNTAX},
    {H1_TEXT("Content-Length: 5"), ERR_SYNTAX},
};

static void test_http_1_0(void)
{
    check(&(struct h1_mutations){.before = "POST / HTTP/1.0\r\n",
                                 .after = "\r\n\r\nhello" FOLLOWER,
                                 .list = http_1_0,
                                 .len = ARRAY_LEN(http_1_0)});
}

CHECK_MAIN(TEST(test_framing), TEST(test_transfer_codings), TEST(test_chunks),
           TEST(test_http_1_0))
