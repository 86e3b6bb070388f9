/* Request lines, hosts and fields: rows A9-A14, A20, A22 and A23 of the threat model, each
 * case cut at every byte. */
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

/* A3, A13, A20, A22 */
static const struct h1_mutation request_lines[] = {
    {H1_TEXT("GET / HTTP/1.1"), OK},
    {H1_TEXT("GET / HTTP/1.0"), OK},
    {H1_TEXT("get / HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("M-SEARCH / HTTP/1.1"), OK},
    {H1_TEXT("GET  / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /  HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT(" GET / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET\t/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /\tHTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/1.1 "), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/1.1 x"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/1.1x"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/1.11"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/1."), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/11"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/1,1"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP 1.1"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/x.1"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/1.x"), ERR_SYNTAX},
    {H1_TEXT("GET / http/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET / Http/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP\\1.1"), ERR_SYNTAX},
    {H1_TEXT("GET / XTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET / HTTP/0.9"), ERR_VERSION},
    {H1_TEXT("GET / HTTP/1.2"), ERR_VERSION},
    {H1_TEXT("GET / HTTP/1.9"), ERR_VERSION},
    {H1_TEXT("GET / HTTP/2.0"), ERR_VERSION},
    {H1_TEXT("GET / HTTP/3.0"), ERR_VERSION},
    {H1_TEXT("GET / HTTP/9.9"), ERR_VERSION},
    {H1_TEXT("PRI * HTTP/2.0"), ERR_VERSION},
    {H1_TEXT("PRI / HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("GET /"), ERR_SYNTAX},
    {H1_TEXT("GET / "), ERR_SYNTAX},
    {H1_TEXT("GET"), ERR_SYNTAX},
    {H1_TEXT("GET "), ERR_SYNTAX},
    {H1_TEXT("/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("G@T / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("G\x80T / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("G\0T / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET: / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("FOO / HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("GETX / HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("ANNOUNCE / HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("CONNECT h:443 HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("CONNECT / HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("TRACE / HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("OPTIONS * HTTP/1.1"), ERR_UNSUPPORTED},
    {H1_TEXT("OPTIONS / HTTP/1.1"), OK},
    {H1_TEXT("GET * HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET h/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET h:80 HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET ? HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /# HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /a#b HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /a\x7f HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /a\0 HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /a\x01 HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /\xe3\x81\x82 HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /\xc0\xaf HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET /%00%2e%2e/..//a?b=c&d[]={}|\\^`\"<> HTTP/1.1"), OK},
    {H1_TEXT("GET //other.example/x HTTP/1.1"), OK},
    {H1_TEXT("GET http://h/ HTTP/1.1"), OK},
    {H1_TEXT("GET HTTP://H/x?y HTTP/1.1"), OK},
    {H1_TEXT("GET https://h HTTP/1.1"), OK},
    {H1_TEXT("GET http://other/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET http://h:80/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET http://u@h/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET http://h?x HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET http://h/# HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET http:///x HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET http:/h/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET http:h HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET ftp://h/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET httpx://h/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("GET ://h/ HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("\r\nGET / HTTP/1.1"), OK},
    {H1_TEXT("\r\n\r\nGET / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("\nGET / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("\rGET / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("\r\n\nGET / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("\r\n GET / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("\0GET / HTTP/1.1"), ERR_SYNTAX},
    {H1_TEXT("\x16\x03\x01\x02"), ERR_SYNTAX},
};

static void test_request_lines(void)
{
    check(&(struct h1_mutations){.before = "",
                                 .after = "\r\n" H1_HOST "\r\n" FOLLOWER,
                                 .list = request_lines,
                                 .len = ARRAY_LEN(request_lines)});
}

/* A14 */
static const struct h1_mutation hosts[] = {
    {H1_TEXT("Host: bot.example.com"), OK},
    {H1_TEXT("HOST:bot.example.com:8443"), OK},
    {H1_TEXT("Host: [2001:db8::1]:443"), OK},
    {H1_TEXT("X: y"), ERR_SYNTAX},
    {H1_TEXT("Host:"), ERR_SYNTAX},
    {H1_TEXT("Host: "), ERR_SYNTAX},
    {H1_TEXT("Host: a\r\nHost: a"), ERR_SYNTAX},
    {H1_TEXT("Host: a\r\nhost: b"), ERR_SYNTAX},
    {H1_TEXT("Host: a, b"), ERR_SYNTAX},
    {H1_TEXT("Host: a,b"), ERR_SYNTAX},
    {H1_TEXT("Host: a b"), ERR_SYNTAX},
    {H1_TEXT("Host: user@a"), ERR_SYNTAX},
    {H1_TEXT("Host: user:pass@a"), ERR_SYNTAX},
    {H1_TEXT("Host: a/b"), ERR_SYNTAX},
    {H1_TEXT("Host: a?b"), ERR_SYNTAX},
    {H1_TEXT("Host: a#b"), ERR_SYNTAX},
    {H1_TEXT("Host: http://a"), ERR_SYNTAX},
    {H1_TEXT("Host: a:"), ERR_SYNTAX},
    {H1_TEXT("Host: a:0"), ERR_SYNTAX},
    {H1_TEXT("Host: a:65536"), ERR_SYNTAX},
    {H1_TEXT("Host: a:99999999999"), ERR_SYNTAX},
    {H1_TEXT("Host: a:80a"), ERR_SYNTAX},
    {H1_TEXT("Host: a:-1"), ERR_SYNTAX},
    {H1_TEXT("Host: a:+1"), ERR_SYNTAX},
    {H1_TEXT("Host: a:80:80"), ERR_SYNTAX},
    {H1_TEXT("Host: :80"), ERR_SYNTAX},
    {H1_TEXT("Host: a."), ERR_SYNTAX},
    {H1_TEXT("Host: .a"), ERR_SYNTAX},
    {H1_TEXT("Host: a..b"), ERR_SYNTAX},
    {H1_TEXT("Host: ::1"), ERR_SYNTAX},
    {H1_TEXT("Host: [::1%25eth0]"), ERR_SYNTAX},
    {H1_TEXT("Host: [::1"), ERR_SYNTAX},
    {H1_TEXT("Host: b\xc3\xbc"
             "cher.example"),
     ERR_SYNTAX},
    {H1_TEXT("Host: a%2eb"), ERR_SYNTAX},
    {H1_TEXT("Host: a\\b"), ERR_SYNTAX},
    {H1_TEXT("Host:  a"), ERR_SYNTAX},
    {H1_TEXT("Host: a "), ERR_SYNTAX},
    {H1_TEXT("Host : a"), ERR_SYNTAX},
    {H1_TEXT("Host: a\r\n b"), ERR_SYNTAX},
    {H1_TEXT("Host: a\0"), ERR_SYNTAX},
};

static void test_hosts(void)
{
    check(&(struct h1_mutations){.before = "GET / HTTP/1.1\r\n",
                                 .after = "\r\n\r\n" FOLLOWER,
                                 .list = hosts,
                                 .len = ARRAY_LEN(hosts)});
}

/* A9-A12, D2 */
static const struct h1_mutation field_lines[] = {
    {H1_TEXT("X: y"), OK},
    {H1_TEXT("X:"), OK},
    {H1_TEXT("X:y"), OK},
    {H1_TEXT("X: \t y \t "), OK},
    {H1_TEXT("X: caf\xc3\xa9 \xff"), OK},
    {H1_TEXT("X_Line_Signature: y"), OK},
    {H1_TEXT("X-Line-Signature: a\r\nx-line-signature: b"), OK},
    {H1_TEXT("!#$%&'*+-.^_`|~09azAZ: y"), OK},
    {H1_TEXT("X: a:b\r\nY: \"q\\\"\""), OK},
    {H1_TEXT("X : y"), ERR_SYNTAX},
    {H1_TEXT("X\t: y"), ERR_SYNTAX},
    {H1_TEXT("X Y: z"), ERR_SYNTAX},
    {H1_TEXT(": y"), ERR_SYNTAX},
    {H1_TEXT("X"), ERR_SYNTAX},
    {H1_TEXT("X y"), ERR_SYNTAX},
    {H1_TEXT(" X: y"), ERR_SYNTAX},
    {H1_TEXT("\tX: y"), ERR_SYNTAX},
    {H1_TEXT("X: y\r\n z"), ERR_SYNTAX},
    {H1_TEXT("X: y\r\n\tz"), ERR_SYNTAX},
    {H1_TEXT("X: y\r\n "), ERR_SYNTAX},
    {H1_TEXT("X: y\nZ: z"), ERR_SYNTAX},
    {H1_TEXT("X: y\rZ: z"), ERR_SYNTAX},
    {H1_TEXT("X: y\r\r\nZ: z"), ERR_SYNTAX},
    {H1_TEXT("X: y\n\r\nZ: z"), ERR_SYNTAX},
    {H1_TEXT("X: y\r\n\rZ: z"), ERR_SYNTAX},
    {H1_TEXT("X: y\r\n\nZ: z"), ERR_SYNTAX},
    {H1_TEXT("X: y\0"), ERR_SYNTAX},
    {H1_TEXT("X: \0y"), ERR_SYNTAX},
    {H1_TEXT("X: \x01"), ERR_SYNTAX},
    {H1_TEXT("X: \x08"), ERR_SYNTAX},
    {H1_TEXT("X: \x0b"), ERR_SYNTAX},
    {H1_TEXT("X: \x1b[2J"), ERR_SYNTAX},
    {H1_TEXT("X: \x7f"), ERR_SYNTAX},
    {H1_TEXT("X\0: y"), ERR_SYNTAX},
    {H1_TEXT("X\x80: y"), ERR_SYNTAX},
    {H1_TEXT("X(: y"), ERR_SYNTAX},
    {H1_TEXT("X[0]: y"), ERR_SYNTAX},
    {H1_TEXT("X@: y"), ERR_SYNTAX},
    {H1_TEXT("X\x7f: y"), ERR_SYNTAX},
    {H1_TEXT("\"X\": y"), ERR_SYNTAX},
    {H1_TEXT("X\n: y"), ERR_SYNTAX},
    {H1_TEXT("X\r\n: y"), ERR_SYNTAX},
    {H1_TEXT("X\r: y"), ERR_SYNTAX},
    {H1_TEXT("\nX: y"), ERR_SYNTAX},
    {H1_TEXT("\rX: y"), ERR_SYNTAX},
};

static void test_field_lines(void)
{
    check(&(struct h1_mutations){.before = "GET / HTTP/1.1\r\n" H1_HOST,
                                 .after = "\r\n\r\n" FOLLOWER,
                                 .list = field_lines,
                                 .len = ARRAY_LEN(field_lines)});
}

CHECK_MAIN(TEST(test_request_lines), TEST(test_hosts), TEST(test_field_lines))
