/* Hello and welcome: what one side writes the other reads, through HTTP/1 and in any
 * cut; what is not exactly that is refused, with words that help. */
#include "base/random.h"
#include "codec/h1/h1_codec.h"
#include "link/link_handshake.h"
#include "unit/check.h"

#define TOKEN "hkl_k3v9x2q8_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MTIzNDU2_abc123"

static struct http_head head;
static struct link_hello hello;
static char scratch[160];

static void make_hello(void)
{
    hello = (struct link_hello){
        .token = SPAN(TOKEN), .tunnel = SPAN("mybot"), .agent = SPAN("hookline/0.1.0")};
    CHECK_EQ(link_hello_format(&head, &hello, SPAN("relay.test:8443"), scratch), OK);
}

static void set(const char *name, const char *value)
{
    http_head_remove(&head, name);
    CHECK_EQ(http_head_add(&head, span_text(name), span_text(value)), OK);
}

static enum link_refusal refusal_of(void)
{
    struct link_hello got = {.token = SPAN("untouched")};
    enum link_refusal refusal = LINK_REFUSE_SHUTDOWN;

    CHECK(link_hello_parse(&head, &got, &refusal) != OK);
    CHECK(span_is(got.token, SPAN("untouched")));
    return refusal;
}

static void test_hello(void)
{
    struct link_hello got;
    enum link_refusal refusal;

    make_hello();
    CHECK(span_is(head.method, SPAN("GET")) && span_is(head.target, SPAN(LINK_PATH)));
    CHECK(http_head_find(&head, "authorization")->secret);
    CHECK(link_hello_is(&head));
    CHECK_EQ(link_hello_parse(&head, &got, &refusal), OK);
    CHECK(span_is(got.token, SPAN(TOKEN)) && span_is(got.tunnel, SPAN("mybot")));
    CHECK(span_is(got.agent, SPAN("hookline/0.1.0")));
    head.target = SPAN("/.hookline/link?x");
    CHECK(link_hello_is(&head));
    head.target = SPAN("/.hookline/linked");
    CHECK(!link_hello_is(&head));
}

static void test_refusals(void)
{
    static const struct {
        const char *name, *value;
        enum link_refusal refusal;
    } cases[] = {
        {"Upgrade", "hookline/2", LINK_REFUSE_VERSION},
        {"Upgrade", "websocket", LINK_REFUSE_VERSION},
        {"Connection", "keep-alive", LINK_REFUSE_VERSION},
        {"Authorization", "", LINK_REFUSE_TOKEN},
        {"Authorization", "Bearer", LINK_REFUSE_TOKEN},
        {"Authorization", "Bearer ", LINK_REFUSE_TOKEN},
        {"Authorization", "Basic " TOKEN, LINK_REFUSE_TOKEN},
        {"Authorization", "Bearer a b", LINK_REFUSE_TOKEN},
        {"Authorization", "Bearer a,b", LINK_REFUSE_TOKEN},
        {"Hookline-Tunnel", "", LINK_REFUSE_MALFORMED},
        {"Hookline-Tunnel", "My", LINK_REFUSE_MALFORMED},
        {"Hookline-Tunnel", "-my", LINK_REFUSE_MALFORMED},
        {"Hookline-Tunnel", "../up", LINK_REFUSE_MALFORMED},
        {"Content-Length", "5", LINK_REFUSE_MALFORMED},
        {"Transfer-Encoding", "chunked", LINK_REFUSE_MALFORMED},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_hello();
        set(cases[i].name, cases[i].value);
        CHECK_EQ(refusal_of(), cases[i].refusal);
    }
    make_hello();
    http_head_remove(&head, "authorization");
    CHECK_EQ(refusal_of(), LINK_REFUSE_TOKEN);
    make_hello();
    CHECK_EQ(http_head_add(&head, SPAN("hookline-tunnel"), SPAN("mybot")), OK);
    CHECK_EQ(refusal_of(), LINK_REFUSE_MALFORMED);
    make_hello();
    CHECK_EQ(http_head_add(&head, SPAN("authorization"), SPAN("Bearer x")), OK);
    CHECK_EQ(refusal_of(), LINK_REFUSE_MALFORMED);
    make_hello();
    head.method = SPAN("POST");
    CHECK_EQ(refusal_of(), LINK_REFUSE_MALFORMED);
    make_hello();
    head.target = SPAN(LINK_PATH "?token=x");
    CHECK_EQ(refusal_of(), LINK_REFUSE_MALFORMED);
}

static void test_lengths(void)
{
    char token[LINK_TOKEN_MAX + 2], name[LINK_TUNNEL_MAX + 2];

    memset(token, 't', sizeof token);
    memset(name, 'n', sizeof name);
    hello = (struct link_hello){.token = span_of(token, LINK_TOKEN_MAX),
                                .tunnel = span_of(name, LINK_TUNNEL_MAX)};
    CHECK_EQ(link_hello_format(&head, &hello, SPAN("r"), scratch), OK);
    CHECK(!http_head_find(&head, "user-agent"));
    hello.token.len++;
    CHECK_EQ(link_hello_format(&head, &hello, SPAN("r"), scratch), ERR_SYNTAX);
    hello.token.len = 0;
    CHECK_EQ(link_hello_format(&head, &hello, SPAN("r"), scratch), ERR_SYNTAX);
    hello.token.len = 1;
    hello.tunnel.len++;
    CHECK_EQ(link_hello_format(&head, &hello, SPAN("r"), scratch), ERR_SYNTAX);
    hello.tunnel.len = 1;
    hello.agent = SPAN("a\r\nb");
    CHECK_EQ(link_hello_format(&head, &hello, SPAN("r"), scratch), ERR_SYNTAX);
}

static void test_tunnel_names(void)
{
    static const char *const good[] = {"a", "0", "my-bot", "a--b", "x1"};
    static const char *const bad[] = {"",    "-",   "a-",      "-a",       "A",   "a.b", "a_b",
                                      "a b", "a/b", "xn--abc", "\xc3\xa9", "a\n", "a%2f"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(link_tunnel_name_is_valid(span_text(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!link_tunnel_name_is_valid(span_text(bad[i])));
    CHECK(!link_tunnel_name_is_valid(span_of("a\0b", 3)));
}

static void make_welcome(void)
{
    struct link_welcome welcome = {.url = SPAN("https://mybot.relay.test"),
                                   .session = SPAN("0123456789abcdef")};

    CHECK_EQ(link_welcome_format(&head, &welcome), OK);
}

static void expect_no_welcome(void)
{
    struct link_welcome got = {.url = SPAN("untouched")};

    CHECK_EQ(link_welcome_parse(&head, &got), ERR_PROTOCOL);
    CHECK(span_is(got.url, SPAN("untouched")));
}

static void test_welcome(void)
{
    static const char *const cases[][2] = {
        {"Upgrade", "hookline/2"},
        {"Upgrade", ""},
        {"Connection", "close"},
        {"Hookline-Url", ""},
        {"Hookline-Url", "https://"},
        {"Hookline-Url", "javascript:alert(1)"},
        {"Hookline-Url", "https://a b"},
        {"Hookline-Url", "https://a\x1b[2J"},
        {"Hookline-Url", "https://\xe2\x80\xae"},
        {"Hookline-Session", "0123456789abcde"},
        {"Hookline-Session", "0123456789abcdefa"},
        {"Hookline-Session", "0123456789ABCDEF"},
    };
    struct link_welcome got;

    make_welcome();
    CHECK_EQ(link_welcome_parse(&head, &got), OK);
    CHECK(span_is(got.url, SPAN("https://mybot.relay.test")));
    CHECK(span_is(got.session, SPAN("0123456789abcdef")));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_welcome();
        set(cases[i][0], cases[i][1]);
        expect_no_welcome();
    }
    make_welcome();
    head.status = 200;
    expect_no_welcome();
    make_welcome();
    CHECK_EQ(http_head_add(&head, SPAN("hookline-url"), SPAN("https://b.test")), OK);
    expect_no_welcome();
}

static void test_url_length(void)
{
    char url[LINK_URL_MAX + 2] = "https://";
    struct link_welcome welcome = {.session = SPAN("0123456789abcdef")};

    memset(url + 8, 'u', sizeof url - 8);
    welcome.url = span_of(url, LINK_URL_MAX);
    CHECK_EQ(link_welcome_format(&head, &welcome), OK);
    CHECK_EQ(link_welcome_parse(&head, &welcome), OK);
    welcome.url = span_of(url, LINK_URL_MAX + 1);
    CHECK_EQ(link_welcome_format(&head, &welcome), ERR_SYNTAX);
    set("Hookline-Url", "");
    head.fields[head.fields_len - 1].value = span_of(url, LINK_URL_MAX + 1);
    expect_no_welcome();
}

static void test_every_refusal_says_what_to_do(void)
{
    static const struct {
        enum link_refusal why;
        unsigned status;
        const char *advice;
    } cases[] = {
        {LINK_REFUSE_MALFORMED, 400, "hookline up"},
        {LINK_REFUSE_TOKEN, 401, "hookline-relay token create"},
        {LINK_REFUSE_TUNNEL, 403, "hookline-relay token create"},
        {LINK_REFUSE_NAME_IN_USE, 409, "choose another name"},
        {LINK_REFUSE_VERSION, 426, "Update"},
        {LINK_REFUSE_TOO_MANY, 429, "hookline login"},
        {LINK_REFUSE_SHUTDOWN, 503, "by itself"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct problem p = link_refusal_problem(cases[i].why);

        CHECK_EQ(p.status, cases[i].status);
        CHECK(p.title[0] && strstr(p.detail, cases[i].advice));
    }
}

/* --- over the wire --- */

static struct link_hello seen;
static char seen_tunnel[64];
static int heads, parsed;

static void on_head(void *owner, const struct http_head *got, bool end)
{
    enum link_refusal refusal;

    (void)owner, (void)end;
    heads++;
    if (!link_hello_is(got) || link_hello_parse(got, &seen, &refusal) != OK)
        return;
    parsed++;
    snprintf(seen_tunnel, sizeof seen_tunnel, "%.*s", (int)seen.tunnel.len, seen.tunnel.ptr);
}

static void on_body(void *owner, const uint8_t *data, size_t len)
{
    (void)owner, (void)data, (void)len;
}

static void on_complete(void *owner)
{
    (void)owner;
}

static const struct h1_events wire_events = {
    .on_head = on_head, .on_body = on_body, .on_complete = on_complete};

static void feed(const uint8_t *data, size_t len, size_t cut)
{
    struct h1_codec codec;
    size_t used = 0;

    heads = parsed = 0;
    h1_codec_init(&codec, H1_SERVER, &wire_events, NULL);
    enum err e = h1_codec_feed(&codec, data, cut, &used);
    if (e == OK)
        e = h1_codec_feed(&codec, data + used, len - used, &used);
    CHECK(e == OK || parsed == 0);
    h1_codec_fini(&codec);
}

static void test_over_the_wire_in_any_cut(void)
{
    struct bytes wire;

    bytes_init(&wire, 4096);
    make_hello();
    CHECK_EQ(h1_format_head(&wire, &head, H1_NO_BODY, true), OK);
    for (size_t cut = 0; cut <= bytes_len(&wire); cut++) {
        feed(bytes_peek(&wire), bytes_len(&wire), cut);
        CHECK_EQ(heads, 1);
        CHECK_EQ(parsed, 1);
        CHECK_STR(seen_tunnel, "mybot");
    }
    bytes_fini(&wire);
}

/* One byte changed anywhere: either it is refused, or it is still a hello that obeys
 * the rules. */
static void test_mutations(void)
{
    struct random_seeded seeded;
    struct bytes wire;

    bytes_init(&wire, 4096);
    make_hello();
    CHECK_EQ(h1_format_head(&wire, &head, H1_NO_BODY, true), OK);
    random_seeded_init(&seeded, 20261121);
    uint8_t *copy = malloc(bytes_len(&wire));
    CHECK(copy);
    for (int i = 0; i < 20000; i++) {
        size_t at = (size_t)random_below(&seeded.base, bytes_len(&wire));

        memcpy(copy, bytes_peek(&wire), bytes_len(&wire));
        copy[at] = (uint8_t)random_below(&seeded.base, 256);
        feed(copy, bytes_len(&wire), bytes_len(&wire));
        CHECK(heads <= 1);
        if (parsed)
            CHECK(link_tunnel_name_is_valid(span_text(seen_tunnel)));
    }
    free(copy);
    bytes_fini(&wire);
}

CHECK_MAIN(TEST(test_hello), TEST(test_refusals), TEST(test_lengths), TEST(test_tunnel_names),
           TEST(test_welcome), TEST(test_url_length), TEST(test_every_refusal_says_what_to_do),
           TEST(test_over_the_wire_in_any_cut), TEST(test_mutations))
