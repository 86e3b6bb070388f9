#include "unit/check.h"

#include "codec/url.h"

static struct url good(const char *text)
{
    struct url u;
    const char *problem = NULL;

    CHECK_EQ(url_parse(span_text(text), &u, &problem), OK);
    CHECK(problem == NULL);
    return u;
}

static const char *bad(const char *text)
{
    struct url u = {.port = 7};
    const char *problem = NULL;

    CHECK_EQ(url_parse(span_text(text), &u, &problem), ERR_SYNTAX);
    CHECK_EQ(u.port, 7); /* unchanged */
    CHECK(problem != NULL);
    CHECK_EQ(url_parse(span_text(text), &u, NULL), ERR_SYNTAX);
    return problem;
}

static void check_span(struct span got, const char *want)
{
    CHECK(span_is(got, span_text(want)));
}

static void test_parts(void)
{
    struct url u = good("http://127.0.0.1:8000/callback?a=1&b=%20x?y");

    CHECK(!u.is_https);
    CHECK(!u.is_ipv6);
    CHECK_STR(u.host, "127.0.0.1");
    CHECK_EQ(u.port, 8000);
    check_span(u.path, "/callback");
    check_span(u.query, "?a=1&b=%20x?y");
}

static void test_defaults(void)
{
    struct url u = good("HTTPS://Relay.Example.COM");

    CHECK(u.is_https);
    CHECK_STR(u.host, "relay.example.com");
    CHECK_EQ(u.port, 443);
    check_span(u.path, "/");
    check_span(u.query, "");
    CHECK_EQ(good("http://h").port, 80);
    check_span(good("http://h?q").path, "/");
    check_span(good("http://h?q").query, "?q");
    check_span(good("http://h/a/../b//c").path, "/a/../b//c");
    check_span(good("http://h/a:b@c").path, "/a:b@c");
}

static void test_ipv6(void)
{
    struct url u = good("http://[::1]:9000/x");
    char buf[URL_AUTHORITY_SIZE];

    CHECK(u.is_ipv6);
    CHECK_STR(u.host, "::1");
    CHECK_EQ(u.port, 9000);
    CHECK_STR(url_format_authority(&u, buf), "[::1]:9000");
    u = good("https://[2001:DB8::1]");
    CHECK_EQ(u.port, 443);
    CHECK_STR(url_format_authority(&u, buf), "[2001:db8::1]");
}

static void test_format(void)
{
    char buf[URL_AUTHORITY_SIZE];
    struct url u = good("http://Localhost:80/");

    CHECK_STR(url_format_authority(&u, buf), "localhost");
    u = good("http://localhost:443/");
    CHECK_STR(url_format_authority(&u, buf), "localhost:443");
    u = good("https://localhost:443/");
    CHECK_STR(url_format_authority(&u, buf), "localhost");
}

static void test_refused(void)
{
    CHECK_STR(bad("localhost:8000"), "an address begins with http:// or https://");
    CHECK_STR(bad(""), "an address begins with http:// or https://");
    CHECK_STR(bad("http:/x"), "an address begins with http:// or https://");
    CHECK_STR(bad("ftp://x/"), "only http:// and https:// are supported");
    CHECK_STR(bad("http://"), "the host is missing");
    CHECK_STR(bad("http:///path"), "the host is missing");
    CHECK_STR(bad("http://:80/"), "the host is missing");
    CHECK_STR(bad("http://[]/"), "the host is missing");
    CHECK_STR(bad("http://user:pw@h/"), "a user name or password before @ is not supported");
    CHECK_STR(bad("http://h/#top"), "a fragment after # is never sent; leave it out");
    CHECK_STR(bad("http://h:/"), "the port is missing after the colon");
    CHECK_STR(bad("http://h:0/"), "the port must be a number from 1 to 65535");
    CHECK_STR(bad("http://h:65536/"), "the port must be a number from 1 to 65535");
    CHECK_STR(bad("http://h:+80/"), "the port must be a number from 1 to 65535");
    CHECK_STR(bad("http://::1/"), "an IPv6 address needs brackets: [::1]:8000");
    CHECK_STR(bad("http://[::1/"), "the bracket of the IPv6 address is not closed");
    CHECK_STR(bad("http://[::1]x/"), "after the IPv6 address comes :port or nothing");
    CHECK_STR(bad("http://[fe80::1%25eth0]/"), "this is not an IPv6 address");
    CHECK_STR(bad("http://127.1/"), "this is not an IPv4 address of four numbers");
    CHECK_STR(bad("http://256.0.0.1/"), "this is not an IPv4 address of four numbers");
    bad("http://a..b/");
    bad("http://.a/");
    bad("http://a./");
    bad("http://a%2eb/");
    bad("http://h/a b");
    bad("http://h/\t");
    bad("http://h/\r\nX: y");
    bad("http://h/<x>");
    bad("http://h/\xe3\x81\x82");
    bad("http://\xe4\xbe\x8b.jp/");
    CHECK_EQ(good("http://h:1/").port, 1);
    CHECK_EQ(good("http://h:65535/").port, 65535);
}

static void test_nul_byte(void)
{
    struct url u;

    CHECK_EQ(url_parse(SPAN("http://h\0x/"), &u, NULL), ERR_SYNTAX);
    CHECK_EQ(url_parse(SPAN("http://h/\0"), &u, NULL), ERR_SYNTAX);
}

/* A host of `len` characters in labels of 50. */
static struct url parse_host_of(size_t len, enum err want)
{
    char text[400] = "http://";
    struct url u = {0};

    for (size_t i = 0; i < len; i++)
        text[7 + i] = i % 50 == 49 && i != len - 1 ? '.' : 'a';
    CHECK_EQ(url_parse(span_of(text, 7 + len), &u, NULL), want);
    return u;
}

static void test_limits(void)
{
    struct url u = parse_host_of(URL_HOST_MAX, OK);
    char text[URL_TEXT_MAX + 1] = "http://h/";
    char label[80] = "http://";
    char buf[URL_AUTHORITY_SIZE];

    u.port = 65535;
    CHECK_EQ(strlen(url_format_authority(&u, buf)), URL_HOST_MAX + 6);
    parse_host_of(URL_HOST_MAX - 1, OK);
    parse_host_of(URL_HOST_MAX + 1, ERR_SYNTAX);

    memset(text + 9, 'x', sizeof(text) - 9);
    CHECK_EQ(url_parse(span_of(text, URL_TEXT_MAX), &u, NULL), OK);
    CHECK_EQ(url_parse(span_of(text, URL_TEXT_MAX + 1), &u, NULL), ERR_LIMIT);

    memset(label + 7, 'y', 64);
    CHECK_EQ(url_parse(span_of(label, 7 + 63), &u, NULL), OK);
    CHECK_EQ(url_parse(span_of(label, 7 + 64), &u, NULL), ERR_SYNTAX);
}

static void test_authority(void)
{
    struct url u;
    const char *problem;

    CHECK_EQ(url_parse_authority(SPAN("Relay.example.com"), 443, &u, NULL), OK);
    CHECK_STR(u.host, "relay.example.com");
    CHECK_EQ(u.port, 443);
    CHECK_EQ(url_parse_authority(SPAN("[::1]:4443"), 443, &u, NULL), OK);
    CHECK_STR(u.host, "::1");
    CHECK_EQ(u.port, 4443);
    CHECK_EQ(u.path.len + u.query.len, 0);
    CHECK_EQ(url_parse_authority(SPAN("https://h"), 443, &u, &problem), ERR_SYNTAX);
    CHECK_STR(problem, "only a host and a port are expected: example.com:443");
    CHECK_EQ(url_parse_authority(SPAN("h?x"), 443, &u, NULL), ERR_SYNTAX);
    CHECK_EQ(url_parse_authority(SPAN("h#x"), 443, &u, NULL), ERR_SYNTAX);
    CHECK_EQ(url_parse_authority((struct span){0}, 443, &u, NULL), ERR_SYNTAX);
}

static void test_loopback(void)
{
    const char *yes[] = {"http://localhost", "http://bot.localhost:1", "http://127.0.0.1",
                         "http://127.8.8.8", "http://[::1]",           "http://[0:0::1]"};
    const char *no[] = {"http://localhost.example.com", "http://128.0.0.1", "http://[::2]",
                        "http://10.0.0.1", "http://xlocalhost"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        struct url u = good(yes[i]);

        CHECK(url_is_loopback(&u));
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        struct url u = good(no[i]);

        CHECK(!url_is_loopback(&u));
    }
}

/* Every prefix of a long address is parsed or refused, never misread. */
static void test_every_prefix(void)
{
    const char *text = "https://[2001:db8::1]:8443/a/b?c=d";
    struct url u;

    for (size_t len = 0; len <= strlen(text); len++) {
        enum err e = url_parse(span_of(text, len), &u, NULL);

        CHECK_EQ(e == OK, len == strlen("https://[2001:db8::1]") ||
                              len > strlen("https://[2001:db8::1]:"));
    }
}

CHECK_MAIN(TEST(test_parts), TEST(test_defaults), TEST(test_ipv6), TEST(test_format),
           TEST(test_refused), TEST(test_nul_byte), TEST(test_limits), TEST(test_authority),
           TEST(test_loopback), TEST(test_every_prefix))
