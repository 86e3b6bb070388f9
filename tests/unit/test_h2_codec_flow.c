/* Windows in both directions, stalls, what may wait, and the graceful end. */
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/h2_end.h"

static struct h2_end client, server;

static void open_both(void)
{
    struct h2_options c = h2_end_options(H2_CLIENT);
    struct h2_options s = h2_end_options(H2_SERVER);

    CHECK_EQ(h2_end_open(&client, &c), OK);
    CHECK_EQ(h2_end_open(&server, &s), OK);
    CHECK_EQ(h2_end_talk(&client, &server, 16384), OK);
}

static void close_both(void)
{
    h2_end_close(&client);
    h2_end_close(&server);
    CHECK_EQ(mem_live(), 0);
}

static void talk(void)
{
    CHECK_EQ(h2_end_talk(&client, &server, 16384), OK);
}

static int32_t upload(size_t len)
{
    static uint8_t filler[1 << 20];
    struct http_head head;
    int32_t id;

    h2_end_request(&head, "/upload");
    CHECK_EQ(h2_codec_request(client.codec, &head, false, &client, &id), OK);
    CHECK_EQ(h2_codec_send_body(client.codec, id, filler, len), OK);
    return id;
}

static void test_window_of_a_stream(void)
{
    open_both();
    server.keeps = server.is_silent = true;
    int32_t id = upload(300 * 1024);
    talk();
    CHECK_EQ(server.body[id / 2], 256 * 1024);
    CHECK_EQ(h2_codec_queued(client.codec, id), 44 * 1024);
    CHECK(!h2_end_says(&client, "drain"));
    /* others go on */
    int32_t other = upload(1000);
    CHECK_EQ(h2_codec_send_end(client.codec, other), OK);
    talk();
    CHECK(h2_end_says(&server, "body 3 1000\ncomplete 3\n"));
    /* less than a step does not open it, a step does */
    h2_codec_consumed(server.codec, id, 32 * 1024 - 1);
    talk();
    CHECK_EQ(server.body[id / 2], 256 * 1024);
    h2_codec_consumed(server.codec, id, 1);
    talk();
    CHECK_EQ(server.body[id / 2], (256 + 32) * 1024);
    h2_codec_consumed(server.codec, id, 32 * 1024);
    talk();
    CHECK_EQ(server.body[id / 2], 300 * 1024);
    CHECK_EQ(h2_codec_queued(client.codec, id), 0);
    CHECK(h2_end_says(&client, "drain 1\n"));
    close_both();
}

/* Four streams fill the connection's window; it opens again when their bytes are
 * consumed, also after the streams have gone. */
static void test_window_of_the_connection(void)
{
    int32_t ids[5];

    open_both();
    server.keeps = server.is_silent = true;
    for (int i = 0; i < 5; i++)
        ids[i] = upload(256 * 1024);
    talk();
    size_t got = 0;
    for (int i = 0; i < 5; i++)
        got += server.body[ids[i] / 2];
    CHECK_EQ(got, 1024 * 1024);
    for (int i = 0; i < 4; i++)
        h2_codec_reset(server.codec, ids[i], ERR_CANCELLED);
    talk();
    size_t before = server.body[ids[4] / 2];
    for (int i = 0; i < 4; i++)
        h2_codec_consumed(server.codec, ids[i], server.body[ids[i] / 2]);
    talk();
    CHECK(before < 256 * 1024);
    CHECK_EQ(server.body[ids[4] / 2], 256 * 1024);
    close_both();
}

/* 1,800 times (nghttp2 itself suffers 1000 resets): nothing of the window gets lost,
 * on either level. */
static void test_window_does_not_leak(void)
{
    open_both();
    server.is_silent = true;
    for (int i = 0; i < 1800; i++) {
        int32_t id = upload(1000 + (size_t)i % 2000);

        h2_codec_set_now(client.codec, (uint64_t)i * 100);
        h2_codec_set_now(server.codec, (uint64_t)i * 100);
        CHECK_EQ(h2_codec_send_end(client.codec, id), OK);
        talk();
        CHECK_EQ(h2_codec_queued(client.codec, id), 0);
        h2_codec_reset(i % 2 ? server.codec : client.codec, id, ERR_CANCELLED);
        talk();
        bytes_clear(&server.log);
        bytes_clear(&client.log);
    }
    int32_t id = upload(1000 * 1000);
    talk();
    CHECK_EQ(server.body[(size_t)id / 2 % 64], 1000 * 1000);
    close_both();
}

/* A client that pads and sends on streams we have reset: that takes window too. */
static void test_padding_is_given_back(void)
{
    struct bytes wire;
    static const uint8_t padded[1025] = {1}; /* one byte of padding */

    open_both();
    server.is_silent = true;
    bytes_init(&wire, 1 << 20);
    int32_t id = upload(1);
    talk();
    for (int i = 0; i < 4000; i++) {
        bytes_clear(&wire);
        h2_raw_frame(&wire, &(struct h2_raw_frame){0, 8, id, padded, sizeof padded});
        CHECK_EQ(h2_codec_feed(server.codec, bytes_peek(&wire), bytes_len(&wire)), OK);
        if (i == 2000)
            h2_codec_reset(server.codec, id, ERR_CANCELLED);
        CHECK_EQ(h2_end_produce(&server), OK);
        bytes_clear(&server.wire);
    }
    bytes_fini(&wire);
    close_both();
}

static void test_body_that_may_wait(void)
{
    static uint8_t byte;
    int32_t id;

    open_both();
    server.keeps = server.is_silent = true;
    id = upload(1 << 20);
    CHECK_EQ(h2_codec_send_body(client.codec, id, &byte, 1), ERR_LIMIT);
    CHECK_EQ(h2_codec_queued(client.codec, id), 1 << 20);
    talk();
    CHECK_EQ(h2_codec_send_body(client.codec, id, &byte, 1), OK);
    CHECK_EQ(h2_codec_send_end(client.codec, id), OK);
    CHECK_EQ(h2_codec_send_body(client.codec, id, &byte, 1), ERR_CLOSED);
    CHECK_EQ(h2_codec_send_end(client.codec, id), ERR_CLOSED);
    close_both();
}

static void at(uint64_t now_ms)
{
    h2_codec_set_now(client.codec, now_ms);
    h2_codec_tick(client.codec);
    talk();
}

static void test_stall(void)
{
    open_both();
    server.keeps = server.is_silent = true;
    int32_t id = upload(300 * 1024);
    int32_t idle = upload(10);
    talk();
    at(1000);
    at(9999);
    CHECK(!h2_end_says(&client, "closed"));
    /* a little progress is enough */
    h2_codec_consumed(server.codec, id, 32 * 1024);
    talk();
    at(10000);
    at(19998);
    CHECK(!h2_end_says(&client, "closed"));
    at(20000);
    CHECK(h2_end_says(&client, "closed 1 timed out\n"));
    CHECK(h2_end_says(&server, "closed 1 input or output failed\n"));
    at(90000); /* nothing waits on the other one */
    CHECK_EQ(h2_codec_send_body(client.codec, idle, "x", 1), OK);
    talk();
    CHECK_EQ(server.body[idle / 2], 11);
    close_both();
}

static void test_produce_stops_where_told(void)
{
    struct bytes out;
    size_t total = 0;

    open_both();
    server.is_silent = true;
    int32_t id = upload(200 * 1024);
    CHECK_EQ(h2_codec_send_end(client.codec, id), OK);
    bytes_init(&out, 64 * 1024 + 20 * 1024);
    do {
        bytes_clear(&out);
        CHECK_EQ(h2_codec_produce(client.codec, &out, 64 * 1024), OK);
        CHECK(bytes_len(&out) <= 64 * 1024 + 17 * 1024);
        total += bytes_len(&out);
        CHECK_EQ(h2_codec_feed(server.codec, bytes_peek(&out), bytes_len(&out)), OK);
    } while (bytes_len(&out) > 0);
    CHECK(total > 200 * 1024);
    CHECK(h2_end_says(&server, "body 1 204800\ncomplete 1\n"));
    bytes_fini(&out);
    close_both();
}

static enum err try_request(int32_t *id)
{
    struct http_head head;

    h2_end_request(&head, "/late");
    return h2_codec_request(client.codec, &head, true, &client, id);
}

static void test_server_shuts_down(void)
{
    struct http_head head;
    int32_t id, under_way;

    open_both();
    server.is_silent = true;
    CHECK_EQ(try_request(&under_way), OK);
    talk();
    /* sent before the notice arrives: still served */
    CHECK_EQ(try_request(&id), OK);
    CHECK_EQ(h2_codec_announce_shutdown(server.codec), OK);
    talk();
    CHECK(h2_end_says(&client, "goaway 0\n"));
    CHECK(h2_end_says(&server, "head 3 "));
    CHECK_EQ(try_request(&id), ERR_CLOSED);
    CHECK_EQ(h2_codec_refuse_streams(server.codec), OK);
    talk();
    CHECK(h2_codec_is_alive(server.codec) && h2_codec_is_alive(client.codec));
    http_head_init_response(&head, 200);
    CHECK_EQ(h2_codec_respond(server.codec, under_way, &head, true), OK);
    CHECK_EQ(h2_codec_respond(server.codec, 3, &head, true), OK);
    talk();
    CHECK(h2_end_says(&client, "closed 1 ok\n") && h2_end_says(&client, "closed 3 ok\n"));
    CHECK(!h2_codec_is_alive(server.codec) && !h2_codec_is_alive(client.codec));
    close_both();
}

static void test_client_shuts_down(void)
{
    struct http_head head;
    int32_t id;

    open_both();
    server.is_silent = true;
    CHECK_EQ(try_request(&id), OK);
    CHECK_EQ(h2_codec_announce_shutdown(client.codec), OK);
    CHECK_EQ(try_request(&id), ERR_CLOSED);
    talk();
    CHECK(h2_end_says(&server, "goaway 0\n"));
    CHECK_EQ(h2_codec_refuse_streams(client.codec), OK);
    talk();
    CHECK(h2_codec_is_alive(server.codec) && h2_codec_is_alive(client.codec));
    http_head_init_response(&head, 200);
    CHECK_EQ(h2_codec_respond(server.codec, 1, &head, true), OK);
    talk();
    CHECK(h2_end_says(&client, "closed 1 ok\n"));
    CHECK(!h2_codec_is_alive(server.codec) && !h2_codec_is_alive(client.codec));
    close_both();
}

/* What comes again goes into the table, secrets and signatures never do. */
static void test_secrets_stay_out_of_the_table(void)
{
    static const char *const names[] = {"x-plain", "authorization", "x-line-signature",
                                        "x-hub-signature-256"};
    size_t sizes[4];

    for (size_t i = 0; i < 4; i++) {
        open_both();
        for (int round = 0; round < 2; round++) {
            struct http_head head;
            int32_t id;

            http_head_init_request(&head, SPAN("GET"), SPAN("/"));
            head.authority = SPAN("a.test");
            CHECK_EQ(http_head_add(&head, span_text(names[i]),
                                   SPAN("0123456789012345678901234567890123456789")),
                     OK);
            CHECK_EQ(h2_codec_request(client.codec, &head, true, &client, &id), OK);
            CHECK_EQ(h2_end_produce(&client), OK);
            sizes[i] = bytes_len(&client.wire);
            talk();
        }
        close_both();
    }
    CHECK(sizes[0] < 20 && sizes[1] > 35 && sizes[2] > 35 && sizes[3] > 35);
}

static void test_heads_that_cannot_be_sent(void)
{
    static const struct {
        const char *name, *value;
    } bad[] = {{"x", "a\r\nb"}, {"a b", "x"}, {":path", "/"}, {"x", " y"}, {"", "x"}};
    static char big[HTTP_HEAD_MAX];
    struct http_head head;
    int32_t id;

    open_both();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        h2_end_request(&head, "/");
        CHECK_EQ(http_head_add(&head, span_text(bad[i].name), span_text(bad[i].value)), OK);
        CHECK_EQ(h2_codec_request(client.codec, &head, true, &client, &id), ERR_SYNTAX);
    }
    h2_end_request(&head, "no-slash");
    CHECK_EQ(h2_codec_request(client.codec, &head, true, &client, &id), ERR_SYNTAX);
    h2_end_request(&head, "/");
    head.authority = SPAN("a.test/b");
    CHECK_EQ(h2_codec_request(client.codec, &head, true, &client, &id), ERR_SYNTAX);
    memset(big, 'v', sizeof big);
    h2_end_request(&head, "/");
    CHECK_EQ(http_head_add(&head, SPAN("x"), span_of(big, sizeof big)), OK);
    CHECK_EQ(h2_codec_request(client.codec, &head, true, &client, &id), ERR_HEADERS_TOO_LARGE);
    memset(big, '/', HTTP_TARGET_MAX + 1);
    h2_end_request(&head, "/");
    head.target = span_of(big, HTTP_TARGET_MAX + 1);
    CHECK_EQ(h2_codec_request(client.codec, &head, true, &client, &id), ERR_URI_TOO_LONG);
    /* and those that belong to HTTP/1 are just left out */
    h2_end_request(&head, "/");
    CHECK_EQ(http_head_add(&head, SPAN("Connection"), SPAN("close")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("Transfer-Encoding"), SPAN("chunked")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("Host"), SPAN("b.test")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("TE"), SPAN("gzip")), OK);
    CHECK_EQ(h2_codec_request(client.codec, &head, true, &client, &id), OK);
    talk();
    CHECK(h2_end_says(&server, "x-line-signature=c2lnbmF0dXJl\n"));
    close_both();
}

CHECK_MAIN(TEST(test_window_of_a_stream), TEST(test_window_of_the_connection),
           TEST(test_window_does_not_leak), TEST(test_padding_is_given_back),
           TEST(test_body_that_may_wait), TEST(test_stall), TEST(test_produce_stops_where_told),
           TEST(test_server_shuts_down), TEST(test_client_shuts_down),
           TEST(test_secrets_stay_out_of_the_table), TEST(test_heads_that_cannot_be_sent))
