#include "codec/http/http_head.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"

static void check_span(struct span got, const char *want)
{
    CHECK_EQ(got.len, strlen(want));
    CHECK_MEM(got.ptr, want, got.len);
}

static void test_fields(void)
{
    struct http_head h;

    http_head_init_request(&h, SPAN("POST"), SPAN("/callback?a=1"));
    CHECK_EQ(http_head_add(&h, SPAN("X-One"), SPAN("1")), OK);
    CHECK_EQ(http_head_add(&h, SPAN("X-Two"), SPAN("2")), OK);
    CHECK_EQ(http_head_add(&h, SPAN("x-one"), SPAN("3")), OK);
    CHECK_EQ(http_head_count(&h, "x-ONE"), 2);
    check_span(http_head_value(&h, "x-one"), "1");
    check_span(http_head_value(&h, "x-three"), "");
    CHECK(!http_head_find(&h, "x"));
    CHECK_EQ(http_head_size(&h), 13 + 3 * 6);
    http_head_remove(&h, "X-one");
    CHECK_EQ(h.fields_len, 1);
    check_span(h.fields[0].name, "X-Two");
}

static void test_remove_prefixed(void)
{
    static const char *const names[] = {"hookline-", "Hookline-Answered", "hookline",
                                        "x-hookline-"};
    struct http_head h;

    http_head_init_response(&h, 200);
    for (size_t i = 0; i < 4; i++)
        CHECK_EQ(http_head_add(&h, span_text(names[i]), SPAN("1")), OK);
    http_head_remove_prefixed(&h, SPAN("hookline-"));
    CHECK_EQ(h.fields_len, 2);
    check_span(h.fields[0].name, "hookline");
    check_span(h.fields[1].name, "x-hookline-");
}

static void test_limit_of_fields(void)
{
    struct http_head h;

    http_head_init_response(&h, 200);
    for (size_t i = 0; i < HTTP_FIELDS_MAX; i++)
        CHECK_EQ(http_head_add(&h, SPAN("a"), SPAN("b")), OK);
    CHECK_EQ(http_head_add(&h, SPAN("a"), SPAN("b")), ERR_HEADERS_TOO_LARGE);
    CHECK_EQ(h.fields_len, HTTP_FIELDS_MAX);
}

static void test_secrets(void)
{
    static const char *const names[] = {"Authorization",       "cookie", "SET-COOKIE",
                                        "Proxy-Authorization", "Accept", "x-line-signature"};
    struct http_head h;

    http_head_init_request(&h, SPAN("GET"), SPAN("/"));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        CHECK_EQ(http_head_add(&h, span_text(names[i]), SPAN("v")), OK);
        CHECK_EQ(h.fields[i].secret, i < 4);
    }
}

static void make_head(struct http_head *h)
{
    http_head_init_request(h, SPAN("GET"), SPAN("/x"));
    h->scheme = SPAN("https");
    h->authority = SPAN("bot.example.com");
    CHECK_EQ(http_head_add(h, SPAN("Cookie"), SPAN("c")), OK);
    CHECK_EQ(http_head_add(h, SPAN("empty"), SPAN("")), OK);
}

static void test_copy(void)
{
    unsigned long before = mem_live();
    struct http_head h, copy;
    char *storage;

    make_head(&h);
    mem_fail_at(1);
    CHECK_EQ(http_head_copy(&copy, &h, &storage), ERR_NOMEM);
    CHECK_EQ(http_head_copy(&copy, &h, &storage), OK);
    memset(&h, 0, sizeof h);
    check_span(copy.method, "GET");
    check_span(copy.target, "/x");
    check_span(copy.scheme, "https");
    check_span(copy.authority, "bot.example.com");
    CHECK_EQ(copy.fields_len, 2);
    check_span(copy.fields[0].name, "Cookie");
    check_span(copy.fields[0].value, "c");
    CHECK(copy.fields[0].secret && !copy.fields[1].secret);
    check_span(copy.fields[1].value, "");
    mem_free(storage);
    CHECK_EQ(mem_live(), before);
}

static void test_copy_of_response(void)
{
    struct http_head h, copy;
    char *storage;

    http_head_init_response(&h, 204);
    CHECK_EQ(http_head_copy(&copy, &h, &storage), OK);
    CHECK_EQ(copy.status, 204);
    CHECK_EQ(copy.fields_len, 0);
    mem_free(storage);
}

static void test_lists(void)
{
    struct http_head h;

    http_head_init_request(&h, SPAN("GET"), SPAN("/"));
    CHECK_EQ(http_head_add(&h, SPAN("Connection"), SPAN("keep-alive ,, Upgrade")), OK);
    CHECK_EQ(http_head_add(&h, SPAN("connection"), SPAN("x-a")), OK);
    CHECK(http_head_has_token(&h, "connection", SPAN("upgrade")));
    CHECK(http_head_has_token(&h, "connection", SPAN("Keep-Alive")));
    CHECK(http_head_has_token(&h, "connection", SPAN("X-A")));
    CHECK(!http_head_has_token(&h, "connection", SPAN("x")));
    CHECK(!http_head_has_token(&h, "te", SPAN("x")));
}

/* A19: a peer cannot make us drop what the other side must see. */
static void test_hop_by_hop(void)
{
    static const struct {
        const char *name;
        bool dropped;
    } cases[] = {
        {"Connection", true},
        {"Keep-Alive", true},
        {"proxy-connection", true},
        {"TE", true},
        {"Trailer", true},
        {"Transfer-Encoding", true},
        {"Upgrade", true},
        {"HTTP2-Settings", true},
        {"Proxy-Authorization", true},
        {"Proxy-Authenticate", true},
        {"X-Line-Signature", false},
        {"Content-Length", false},
        {"X-Forwarded-For", false},
        {"Cookie", false},
        {"X-Custom", false},
    };
    struct http_head h;

    http_head_init_request(&h, SPAN("GET"), SPAN("/"));
    CHECK_EQ(http_head_add(&h, SPAN("Connection"),
                           SPAN("X-Line-Signature, Content-Length, X-Forwarded-For, Cookie, "
                                "X-Custom, HTTP2-Settings")),
             OK);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_field f = {span_text(cases[i].name), SPAN("v"), false};

        CHECK_EQ(http_field_is_hop_by_hop(&h, &f), cases[i].dropped);
    }
    h.fields_len = 0;
    struct http_field f = {SPAN("http2-settings"), SPAN("v"), false};
    CHECK(!http_field_is_hop_by_hop(&h, &f));
}

static void test_tokens_and_values(void)
{
    CHECK(http_is_token(SPAN("x-line_signature!")));
    CHECK(!http_is_token(SPAN("")) && !http_is_token(SPAN("a b")) &&
          !http_is_token(SPAN("a:")));
    CHECK(!http_is_token(SPAN("\x80")) && !http_is_token(span_of("a\0b", 3)));
    CHECK(http_is_field_value(SPAN("")) && http_is_field_value(SPAN("a \t b\xff")));
    CHECK(!http_is_field_value(SPAN(" a")) && !http_is_field_value(SPAN("a\t")));
    CHECK(!http_is_field_value(SPAN("a\rb")) && !http_is_field_value(SPAN("a\nb")));
    CHECK(!http_is_field_value(SPAN("\x7f")) && !http_is_field_value(span_of("a\0b", 3)));
    CHECK(http_is_target(SPAN("/")) && http_is_target(SPAN("//a/%00/..;?\"<>`{}|\\^[]")));
    CHECK(!http_is_target(SPAN("")) && !http_is_target(SPAN("*")) &&
          !http_is_target(SPAN("a/")));
    CHECK(!http_is_target(SPAN("/#")) && !http_is_target(SPAN("/ ")));
    CHECK(!http_is_target(SPAN("/\xe3")) && !http_is_target(SPAN("/\x7f")));
}

static void test_content_length(void)
{
    static const char *const bad[] = {"",
                                      "+5",
                                      "-0",
                                      "0x5",
                                      "5_0",
                                      "010",
                                      "00",
                                      "5 ",
                                      " 5",
                                      "5,5",
                                      "1e1",
                                      "9223372036854775808",
                                      "18446744073709551616"};
    uint64_t n = 7;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!http_parse_content_length(span_text(bad[i]), &n));
    CHECK_EQ(n, 7);
    CHECK(http_parse_content_length(SPAN("0"), &n) && n == 0);
    CHECK(http_parse_content_length(SPAN("9223372036854775807"), &n) && n == INT64_MAX);
}

static void test_authorities(void)
{
    static const char *const good[] = {
        "a",     "bot.example.com", "my_bot:8000", "127.0.0.1:1",      "x:65535",
        "[::1]", "[2001:db8::1]:8", "A-1.B",       "[::ffff:1.2.3.4]", "xn--bcher-kva.x"};
    static const char *const bad[] = {
        "",       ".",          "a.",      ".a",        "a..b",     "a:",  ":80",
        "a:0",    "a:080",      "a:65536", "a:1x",      "a:999999", "u@a", "a/b",
        "a b",    "a,b",        "a?",      "a#",        "[::1",     "::1", "[]",
        "[::1]x", "[::1%eth0]", "[g::]",   "b\xc3\xbc", "a%2e",     "[1]"};
    char label[64 + 1];

    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        CHECK(http_is_authority(span_text(good[i])));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK(!http_is_authority(span_text(bad[i])));
    memset(label, 'a', sizeof label);
    CHECK(http_is_authority(span_of(label, 63)));
    CHECK(!http_is_authority(span_of(label, 64)));
}

static void test_length_of_names(void)
{
    char name[254];

    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 2 ? '.' : 'a';
    CHECK(http_is_authority(span_of(name, 253)));
    name[253] = 'b';
    name[252] = 'b';
    CHECK(!http_is_authority(span_of(name, 254)));
}

static void test_status_texts(void)
{
    CHECK_STR(http_status_text(200), "OK");
    CHECK_STR(http_status_text(431), "Request Header Fields Too Large");
    CHECK_STR(http_status_text(299), "");
}

CHECK_MAIN(TEST(test_fields), TEST(test_remove_prefixed), TEST(test_limit_of_fields),
           TEST(test_secrets), TEST(test_copy), TEST(test_copy_of_response), TEST(test_lists),
           TEST(test_hop_by_hop), TEST(test_tokens_and_values), TEST(test_content_length),
           TEST(test_authorities), TEST(test_length_of_names), TEST(test_status_texts))
