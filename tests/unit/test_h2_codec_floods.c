/* Frames that are legal one by one, in numbers: at the limit all is well, one more
 * ends the connection with ENHANCE_YOUR_CALM; so do attacks on framing itself. */
#include "base/mem.h"
#include "codec/h2/h2_codec_frames.h"
#include "unit/check.h"
#include "unit/support/h2_end.h"

static struct h2_end server;
static struct bytes wire, block;
static uint64_t now_ms;

static void open_server(void)
{
    struct h2_options s = h2_end_options(H2_SERVER);

    CHECK_EQ(h2_end_open(&server, &s), OK);
    server.is_silent = true;
    bytes_init(&wire, 16 << 20);
    bytes_init(&block, 1 << 20);
    h2_raw_hello(&wire);
    h2_raw_frame(&wire, &(struct h2_raw_frame){.type = 4, .flags = 1});
}

static void close_server(void)
{
    h2_end_close(&server);
    bytes_fini(&wire);
    bytes_fini(&block);
    CHECK_EQ(mem_live(), 0);
}

static enum err feed(void)
{
    h2_codec_set_now(server.codec, now_ms);
    enum err rc = h2_codec_feed(server.codec, bytes_peek(&wire), bytes_len(&wire));
    enum err rc2 = h2_end_produce(&server);

    bytes_clear(&wire);
    return rc ? rc : rc2;
}

/* The error code of the last frame that the server sent, which must be GOAWAY. */
static unsigned last_goaway(void)
{
    const uint8_t *at = bytes_peek(&server.wire);
    const uint8_t *end = at + bytes_len(&server.wire);

    if (!server.is_server)
        at += strlen(H2_RAW_PREFACE);
    for (;;) {
        size_t len = (size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2];

        CHECK(end - at >= (ptrdiff_t)(9 + len));
        if (at + 9 + len == end)
            break;
        at += 9 + len;
    }
    CHECK_EQ(at[3], 7);
    return at[16];
}

static void put(uint8_t type, uint8_t flags, int32_t stream, const void *payload, size_t len)
{
    h2_raw_frame(&wire, &(struct h2_raw_frame){type, flags, stream, payload, len});
}

static void put_get(int32_t stream, bool end)
{
    bytes_clear(&block);
    h2_raw_get(&block);
    put(1, end ? 5 : 4, stream, bytes_peek(&block), bytes_len(&block));
}

/* One odd frame each; `i` counts from 0. */
static void put_ping(int i)
{
    (void)i;
    put(6, 0, 0, "12345678", 8);
}

static void put_settings(int i)
{
    (void)i;
    put(4, 0, 0, "\0\4\0\1\0\0", 6);
}

static void put_empty_data(int i)
{
    if (i == 0)
        put_get(1, false);
    put(0, 0, 1, "", 0);
}

static void put_padding(int i)
{
    static const char padding[256] = {(char)255};

    if (i == 0)
        put_get(1, false);
    put(0, 8, 1, padding, sizeof padding);
}

static void put_rapid_reset(int i)
{
    put_get(2 * i + 1, true);
    put(3, 0, 2 * i + 1, "\0\0\0\10", 4);
}

static void put_priority(int i)
{
    (void)i;
    put(2, 0, 1, "\0\0\0\0\20", 5);
}

static void put_unknown(int i)
{
    put((uint8_t)(10 + i % 240), 0, 0, "??", 2);
}

static void put_goaway(int i)
{
    if (i == 0)
        put_get(1, false);
    put(7, 0, 0, "\0\0\0\0\0\0\0\0", 8);
}

static void put_pong(int i)
{
    (void)i;
    put(6, 1, 0, "12345678", 8);
}

/* The peer makes us reset: a window beyond 2^31, a body longer than announced. */
static void put_made_reset(int i)
{
    put_get(2 * i + 1, false);
    put(8, 0, 2 * i + 1, "\x7f\xff\xff\xff", 4);
}

static void put_long_body(int i)
{
    bytes_clear(&block);
    h2_raw_get(&block);
    h2_raw_field(&block, "content-length", "1", 1);
    put(1, 4, 2 * i + 1, bytes_peek(&block), bytes_len(&block));
    put(0, 0, 2 * i + 1, "123", 3);
}

static void put_bad_head(int i)
{
    bytes_clear(&block);
    h2_raw_get(&block);
    h2_raw_field(&block, "x", "\n", 1);
    put(1, 5, 2 * i + 1, bytes_peek(&block), bytes_len(&block));
}

struct flood {
    const char *name;
    void (*put)(int i);
    int at_once; /* how many before the server may speak */
    int most;    /* how many are suffered */
};

static const struct flood floods[] = {
    {"ping", put_ping, 50, 1000},
    {"settings", put_settings, 50, 1000},
    {"empty data", put_empty_data, 50, 1000},
    {"padding", put_padding, 50, 1000},
    {"rapid reset", put_rapid_reset, 50, 1000},
    {"priority", put_priority, 50, 1000},
    {"unknown frames", put_unknown, 50, 1000},
    {"goaway", put_goaway, 50, 1000},
    {"pong", put_pong, 50, 1000},
    {"made to reset", put_made_reset, 50, 1000},
    {"long body", put_long_body, 50, 1000},
    {"bad head", put_bad_head, 50, 1000},
};

/* How many of them the server takes within one second, in steps of `at_once`; -1
 * when it takes more than twice what it should. */
static int suffered(const struct flood *f)
{
    for (int i = 0; i < 2 * f->most; i++) {
        f->put(i);
        if (i % f->at_once == f->at_once - 1 && feed() != OK)
            return i + 1 - f->at_once;
    }
    return -1;
}

static void test_floods(void)
{
    for (size_t i = 0; i < sizeof floods / sizeof floods[0]; i++) {
        open_server();
        int taken = suffered(&floods[i]);
        fprintf(stderr, "  %s: %d\n", floods[i].name, taken);
        CHECK(taken >= floods[i].most / 4 && taken <= floods[i].most);
        CHECK_EQ(last_goaway(), 11);
        CHECK(!h2_codec_is_alive(server.codec));
        CHECK(strlen(h2_codec_detail(server.codec)) > 0);
        CHECK_EQ(h2_codec_feed(server.codec, (const uint8_t *)"x", 1), ERR_PROTOCOL);
        close_server();
    }
}

static void test_exactly_at_the_limit(void)
{
    struct h2_codec_frames f;
    static const uint8_t ping[17] = {0, 0, 8, 6};

    h2_codec_frames_init(&f, false);
    for (unsigned i = 0; i < H2_ODD_MAX; i++)
        CHECK_EQ(h2_codec_frames_watch(&f, ping, sizeof ping), OK);
    CHECK_EQ(h2_codec_frames_watch(&f, ping, sizeof ping), ERR_PROTOCOL);
    CHECK_STR(f.complaint, "more than 1000 odd frames in 30 s");
    f.now_ms = H2_ODD_WINDOW_MS - 1;
    CHECK(!h2_codec_frames_odd(&f));
    f.now_ms = H2_ODD_WINDOW_MS;
    CHECK(h2_codec_frames_odd(&f));
}

static void test_pings_over_time_are_fine(void)
{
    open_server();
    CHECK_EQ(feed(), OK);
    for (int i = 0; i < 5000; i++) {
        now_ms += 100;
        put_ping(i);
        CHECK_EQ(feed(), OK);
        bytes_clear(&server.wire);
    }
    close_server();
}

/* A relay needs no more than the interim answer, and resets the stream: once each. */
static void test_resets_after_an_interim_answer(void)
{
    struct http_head head;
    int more = 0;

    open_server();
    http_head_init_response(&head, 102);
    for (int i = 0; i < 5000; i++) {
        put_get(2 * i + 1, true);
        CHECK_EQ(feed(), OK);
        CHECK_EQ(h2_codec_respond(server.codec, 2 * i + 1, &head, false), OK);
        CHECK_EQ(h2_codec_respond(server.codec, 2 * i + 1, &head, false), OK);
        put(3, 0, 2 * i + 1, "\0\0\0\10", 4);
        CHECK_EQ(feed(), OK);
        bytes_clear(&server.wire);
    }
    for (; feed() == OK && more <= 1000; more++)
        put_rapid_reset(5000 + more);
    CHECK_EQ(more, 1000 - 1); /* and the ACK of SETTINGS */
    close_server();
}

/* A client that gives its window back in the smallest steps anybody takes may do so
 * for as long as it is sent something; updates out of the blue are odd. */
static void test_window_updates(void)
{
    static const uint8_t filler[16384];
    struct http_head head;

    open_server();
    put_get(1, true);
    CHECK_EQ(feed(), OK);
    http_head_init_response(&head, 200);
    CHECK_EQ(h2_codec_respond(server.codec, 1, &head, false), OK);
    for (int i = 0; i < 500; i++) {
        CHECK_EQ(h2_codec_send_body(server.codec, 1, filler, sizeof filler), OK);
        CHECK_EQ(h2_end_produce(&server), OK);
        bytes_clear(&server.wire);
        for (int j = 0; j < 8; j++) {
            put(8, 0, 0, "\0\0\10\0", 4);
            put(8, 0, 1, "\0\0\10\0", 4);
        }
        CHECK_EQ(feed(), OK);
    }
    enum err rc = OK;
    int more = 0;
    for (; rc == OK && more < 20000; more++) {
        put(8, 0, 0, "\0\0\0\1", 4);
        rc = feed();
    }
    CHECK_EQ(rc, ERR_PROTOCOL);
    CHECK(more > 1000 && more < 10000);
    close_server();
}

static void test_too_many_streams(void)
{
    open_server();
    for (int32_t id = 1; id <= 199; id += 2)
        put_get(id, true);
    CHECK_EQ(feed(), OK);
    CHECK_EQ(h2_codec_open_streams(server.codec), 100);
    put_get(201, true);
    CHECK_EQ(feed(), ERR_PROTOCOL);
    CHECK_EQ(h2_end_says(&server, "head 201"), false);
    close_server();
}

static void expect_end(const char *what, unsigned code)
{
    enum err rc = feed();

    if (rc != ERR_PROTOCOL || h2_codec_is_alive(server.codec)) {
        fprintf(stderr, "%s: %s\n", what, err_text(rc));
        abort();
    }
    CHECK_EQ(last_goaway(), code);
    close_server();
}

static void test_broken_framing(void)
{
    open_server();
    bytes_clear(&wire);
    CHECK_EQ(bytes_append_text(&wire, "GET / HTTP/1.1\r\n\r\n"), OK);
    expect_end("HTTP/1", 1);

    open_server();
    put(0, 0, 1, "x", 1);
    expect_end("DATA on an idle stream", 1);

    open_server();
    put(1, 4, 2, "\x82\x87\x84", 3);
    expect_end("a stream of an even number", 1);

    open_server();
    put(1, 4, 1, "\xff\xff\xff\xff\xff\xff", 6);
    expect_end("HPACK nonsense", 9);

    open_server();
    put(5, 4, 1, "\0\0\0\2\x82", 5);
    expect_end("PUSH_PROMISE from a client", 1);

    open_server();
    put(6, 0, 0, "1234567", 7);
    expect_end("PING of 7 bytes", 6);

    open_server();
    CHECK_EQ(bytes_append(&wire, "\x00\x40\x01\x00\x00\x00\x00\x00\x01", 9), OK);
    expect_end("a frame of 16385 bytes", 6);

    open_server();
    put(8, 0, 0, "\x7f\xff\xff\xff", 4);
    expect_end("a window of more than 2^31", 3);

    open_server();
    put(9, 4, 1, "\x82", 1);
    expect_end("CONTINUATION of nothing", 1);
}

/* The other way round: a server may not push, nor say 600, nor go on and on. */
static void test_hostile_server(void)
{
    static const char *const statuses[] = {"099", "600", "999", "1e2", "20", "2000", "101"};
    struct h2_options c = h2_end_options(H2_CLIENT);
    struct http_head head;
    int32_t id;

    for (size_t i = 0; i <= sizeof statuses / sizeof statuses[0]; i++) {
        CHECK_EQ(h2_end_open(&server, &c), OK);
        bytes_init(&wire, 1 << 20);
        bytes_init(&block, 1 << 20);
        h2_end_request(&head, "/");
        CHECK_EQ(h2_codec_request(server.codec, &head, true, &server, &id), OK);
        CHECK_EQ(h2_end_produce(&server), OK);
        put(4, 0, 0, "", 0);
        if (i < sizeof statuses / sizeof statuses[0])
            h2_raw_field(&block, ":status", statuses[i], strlen(statuses[i]));
        else
            h2_raw_field(&block, ":status", "102", 3);
        for (int times = 0; times < 9; times++)
            put(1, 4, 1, bytes_peek(&block), bytes_len(&block));
        CHECK_EQ(feed(), OK);
        CHECK(h2_end_says(&server, "closed 1 the peer broke the protocol\n"));
        CHECK_EQ(h2_end_says(&server, "head 1 102\n"), i == 7);
        CHECK_EQ(h2_codec_request(server.codec, &head, true, &server, &id), OK);
        CHECK_EQ(h2_end_produce(&server), OK);
        put(5, 4, 3, "\0\0\0\2\x82", 5); /* our SETTINGS were still on the way */
        CHECK_EQ(feed(), OK);
        put(4, 1, 0, "", 0);
        put(5, 4, 3, "\0\0\0\4\x82", 5);
        expect_end("a push", 1);
    }
}

CHECK_MAIN(TEST(test_floods), TEST(test_exactly_at_the_limit),
           TEST(test_pings_over_time_are_fine), TEST(test_resets_after_an_interim_answer),
           TEST(test_window_updates), TEST(test_too_many_streams), TEST(test_broken_framing),
           TEST(test_hostile_server))
