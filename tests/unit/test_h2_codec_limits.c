/* Every limit at, below and above it; heads that must not pass; what a head costs. */
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/h2_end.h"

#include <malloc.h>

static struct h2_end client, server;
static struct bytes block, wire;

static void open_both(void)
{
    struct h2_options c = h2_end_options(H2_CLIENT);
    struct h2_options s = h2_end_options(H2_SERVER);

    CHECK_EQ(h2_end_open(&client, &c), OK);
    CHECK_EQ(h2_end_open(&server, &s), OK);
    bytes_init(&block, 16 << 20);
    bytes_init(&wire, 16 << 20);
}

static void close_both(void)
{
    h2_end_close(&client);
    h2_end_close(&server);
    bytes_fini(&block);
    bytes_fini(&wire);
    CHECK_EQ(mem_live(), 0);
}

static void field(const char *name, const char *value)
{
    h2_raw_field(&block, name, value, strlen(value));
}

static void big_field(const char *name, size_t len)
{
    char *value = malloc(len ? len : 1);

    CHECK(value);
    memset(value, 'v', len);
    h2_raw_field(&block, name, value, len);
    free(value);
}

/* The block as HEADERS and as many CONTINUATION frames as `piece` makes of it. */
static void put_headers(int32_t stream, bool end, size_t piece)
{
    uint8_t type = 1;
    uint8_t flags = end ? 1 : 0;

    do {
        size_t len = bytes_len(&block) < piece ? bytes_len(&block) : piece;
        bool is_last = len == bytes_len(&block);

        h2_raw_frame(&wire, &(struct h2_raw_frame){.type = type,
                                                   .flags = flags | (is_last ? 4 : 0),
                                                   .stream = stream,
                                                   .payload = bytes_peek(&block),
                                                   .len = len});
        bytes_consume(&block, len);
        type = 9;
        flags = 0;
    } while (bytes_len(&block) > 0);
}

/* To the server, and what it says to a client that sent nothing itself. */
static enum err feed_server(void)
{
    enum err rc = h2_codec_feed(server.codec, bytes_peek(&wire), bytes_len(&wire));
    enum err rc2 = h2_end_produce(&server);

    bytes_clear(&wire);
    return rc ? rc : rc2;
}

static int three_digits(const uint8_t *digits)
{
    return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0';
}

/* A status that is a literal in Huffman code: the three digits take 15 to 18 bits. */
static int huffman_status(const uint8_t *value)
{
    if (memcmp(value, "\x68\x0b", 2) == 0)
        return 405;
    return memcmp(value, "\x68\x2f", 2) == 0 ? 414 : -1;
}

/* The status that a header block begins with: an index, or a literal. */
static int status_of(const uint8_t *first)
{
    static const int indexed[] = {200, 204, 206, 304, 400, 404, 500};

    if (first[0] >= 0x88 && first[0] <= 0x8e)
        return indexed[first[0] - 0x88];
    return first[1] & 0x80 ? huffman_status(first + 2) : three_digits(first + 2);
}

/* The status of the first answer that the server sent; 0: none. */
static int status_sent(void)
{
    const uint8_t *at = bytes_peek(&server.wire);
    const uint8_t *end = at + bytes_len(&server.wire);

    while (end - at >= 9 && at[3] != 1)
        at += 9 + ((size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2]);
    return end - at >= 9 ? status_of(at + 9) : 0;
}

/* The rest of what was refused is awaited no longer. */
static void stop_lingering(void)
{
    h2_codec_set_now(server.codec, 1000);
    h2_codec_tick(server.codec);
    CHECK_EQ(h2_end_produce(&server), OK);
}

static void expect_refusal(const char *what)
{
    CHECK_EQ(feed_server(), OK);
    if (h2_end_says(&server, "head")) {
        fprintf(stderr, "%s got through: %s\n", what, h2_end_log(&server));
        abort();
    }
    stop_lingering();
    CHECK_EQ(h2_codec_open_streams(server.codec), 0);
}

static void test_number_of_fields(void)
{
    for (size_t fields = 99; fields <= 102; fields++) {
        open_both();
        h2_raw_hello(&wire);
        h2_raw_get(&block);
        for (size_t i = 0; i < fields; i++)
            field("x", "y");
        put_headers(1, true, 16384);
        CHECK_EQ(feed_server(), OK);
        CHECK_EQ(h2_end_says(&server, "head 1 GET"), fields <= HTTP_FIELDS_MAX);
        CHECK_EQ(h2_codec_open_streams(server.codec), 0);
        close_both();
    }
}

static void test_bytes_of_fields(void)
{
    for (size_t extra = 0; extra <= 2; extra++) {
        open_both();
        h2_raw_hello(&wire);
        h2_raw_get(&block);
        for (size_t i = 0; i < 31; i++)
            big_field("a", 1023);
        big_field("a", 1022 + extra);
        put_headers(1, true, 16384);
        CHECK_EQ(feed_server(), OK);
        CHECK_EQ(h2_end_says(&server, "head 1 GET"), extra <= 1);
        close_both();
    }
}

static void test_length_of_target(void)
{
    for (size_t len = HTTP_TARGET_MAX - 1; len <= HTTP_TARGET_MAX + 1; len++) {
        char *target = malloc(len);

        CHECK(target);
        memset(target, '/', len);
        open_both();
        h2_raw_hello(&wire);
        CHECK_EQ(bytes_append(&block, "\x82\x87", 2), OK);
        h2_raw_field(&block, ":path", target, len);
        field(":authority", "a.test");
        put_headers(1, true, 16384);
        CHECK_EQ(feed_server(), OK);
        CHECK_EQ(h2_end_says(&server, "head 1 GET"), len <= HTTP_TARGET_MAX);
        if (len > HTTP_TARGET_MAX)
            CHECK_EQ(status_sent(), 414);
        close_both();
        free(target);
    }
}

static void test_continuations(void)
{
    for (size_t frames = 7; frames <= 9; frames++) {
        open_both();
        h2_raw_hello(&wire);
        h2_raw_get(&block);
        field("x", "0123456789012345678901234567890123456789");
        size_t len = bytes_len(&block);
        put_headers(1, true, (len + frames) / (frames + 1));
        CHECK_EQ(feed_server(), frames <= 8 ? OK : ERR_PROTOCOL);
        CHECK_EQ(h2_end_says(&server, "head 1 GET"), frames <= 8);
        close_both();
    }
}

static void test_malformed_requests(void)
{
    static const char *const cases[][6] = {
        {":method", "GET", ":scheme", "https", ":path", "/"}, /* no authority */
        {":method", "GET", ":scheme", "ftp", ":path", "/"},
        {":method", "GET", ":scheme", "https", ":path", "*"},
        {":method", "GET", ":scheme", "https", ":path", "/a#b"},
        {":method", "GET", ":scheme", "https", ":path", "/\xc3\xa9"},
        {":method", "GET", ":scheme", "https", ":path", "http://b.test/"},
        {":method", "GET", ":scheme", "https", ":path", ""},
        {":method", "G ET", ":scheme", "https", ":path", "/"},
        {":method", "CONNECT", ":scheme", "https", ":path", "/"},
        {":method", "GET", ":scheme", "https", "x", "y"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_both();
        h2_raw_hello(&wire);
        for (size_t j = 0; j < 6; j += 2)
            field(cases[i][j], cases[i][j + 1]);
        if (i > 0)
            field("host", "a.test");
        put_headers(1, true, 16384);
        expect_refusal(cases[i][5]);
        close_both();
    }
}

static void test_fields_that_do_not_pass(void)
{
    static const char *const cases[][2] = {
        {"Upper", "x"},
        {"connection", "close"},
        {"transfer-encoding", "chunked"},
        {"upgrade", "h2c"},
        {"keep-alive", "1"},
        {"te", "gzip"},
        {"host", "b.test"},
        {"x y", "z"},
        {"x", "a\rb"},
        {"x", "a\nb"},
        {"x", " padded"},
        {"content-length", "5"},
        {"content-length", "+0"},
        {":path", "/twice"},
        {"", "empty name"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_both();
        h2_raw_hello(&wire);
        h2_raw_get(&block);
        field(cases[i][0], cases[i][1]);
        put_headers(1, true, 16384);
        expect_refusal(cases[i][0]);
        close_both();
    }
    open_both();
    h2_raw_hello(&wire);
    h2_raw_get(&block);
    h2_raw_field(&block, "x", "a\0b", 3);
    put_headers(1, true, 16384);
    expect_refusal("NUL");
    close_both();
}

static void test_connect_is_refused(void)
{
    open_both();
    h2_raw_hello(&wire);
    field(":method", "CONNECT");
    field(":authority", "b.test:25");
    put_headers(1, false, 16384);
    expect_refusal("CONNECT");
    CHECK_EQ(status_sent(), 405);
    close_both();
}

static void test_authority_and_cookies(void)
{
    open_both();
    h2_raw_hello(&wire);
    CHECK_EQ(bytes_append(&block, "\x82\x87\x84", 3), OK);
    field("cookie", "a=1");
    field("host", "A.test:443");
    field("te", "trailers");
    field("cookie", "b=2");
    field("cookie", "c=3");
    put_headers(1, true, 16384);
    h2_raw_get(&block);
    field("host", "A.TEST");
    put_headers(3, true, 16384);
    CHECK_EQ(feed_server(), OK);
    CHECK(h2_end_says(&server,
                      "head 1 GET https A.test:443 / cookie=a=1; b=2; c=3; te=trailers\n"));
    CHECK(h2_end_says(&server, "head 3 GET https a.test /\n"));
    close_both();
}

static void test_trailers_are_dropped(void)
{
    open_both();
    h2_raw_hello(&wire);
    h2_raw_get(&block);
    put_headers(1, false, 16384);
    h2_raw_frame(&wire, &(struct h2_raw_frame){.stream = 1, .payload = "abc", .len = 3});
    field("x-line-signature", "forged");
    put_headers(1, true, 16384);
    CHECK_EQ(feed_server(), OK);
    CHECK(h2_end_says(&server, "head 1 GET https a.test /\nbody 1 3\ncomplete 1\n"));
    CHECK(!h2_end_says(&server, "forged"));
    h2_raw_get(&block);
    put_headers(3, false, 16384);
    for (int i = 0; i < 40; i++)
        big_field("x", 1000);
    put_headers(3, true, 16384);
    CHECK_EQ(feed_server(), OK);
    CHECK(h2_end_says(&server, "closed 3 the peer broke the protocol\n"));
    CHECK(!h2_end_says(&server, "complete 3"));
    close_both();
}

static size_t allocated(void)
{
    /* NOLINTNEXTLINE(bugprone-reserved-identifier) */
    extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

    return __sanitizer_get_current_allocated_bytes ? __sanitizer_get_current_allocated_bytes()
                                                   : (size_t)mallinfo2().uordblks;
}

/* One large entry in the table, then thousands of one-byte references to it, never
 * finished, on 100 streams: must not cost more than the limits say. */
static void test_bomb(void)
{
    open_both();
    h2_raw_hello(&wire);
    CHECK_EQ(feed_server(), OK);
    size_t before = allocated();
    for (int32_t stream = 1; stream < 200; stream += 2) {
        h2_raw_get(&block);
        if (stream == 1) {
            CHECK_EQ(bytes_append(&block, "\x40\x01x\x7f\xa1\x1e", 6), OK); /* 4000 bytes */
            for (int i = 0; i < 4000; i++)
                CHECK_EQ(bytes_append(&block, "v", 1), OK);
        }
        for (int i = 0; i < 900; i++)
            CHECK_EQ(bytes_append(&block, "\xbe", 1), OK);
        put_headers(stream, false, 16384);
        bytes_clear(&server.wire);
        CHECK_EQ(feed_server(), OK);
        CHECK_EQ(status_sent() != 200, true);
        CHECK(allocated() - before < (1u << 20));
    }
    CHECK(!h2_end_says(&server, "head"));
    stop_lingering();
    for (int i = 0; i < 1001; i++)
        CHECK_EQ(bytes_append(&block, "\xbe", 1), OK);
    put_headers(201, false, 16384);
    CHECK_EQ(feed_server(), ERR_PROTOCOL);
    CHECK_STR(h2_codec_detail(server.codec), "a head of more than 1000 fields");
    close_both();
}

CHECK_MAIN(TEST(test_number_of_fields), TEST(test_bytes_of_fields), TEST(test_length_of_target),
           TEST(test_continuations), TEST(test_malformed_requests),
           TEST(test_fields_that_do_not_pass), TEST(test_connect_is_refused),
           TEST(test_authority_and_cookies), TEST(test_trailers_are_dropped), TEST(test_bomb))
