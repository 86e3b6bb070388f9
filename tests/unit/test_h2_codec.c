/* Two codecs talk to each other: what one sends the other gets, whatever the cut and
 * whatever allocation fails. */
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

static enum err send_request(const char *target, size_t body, int32_t *stream)
{
    static const uint8_t filler[65536];
    struct http_head head;

    h2_end_request(&head, target);
    enum err rc = h2_codec_request(client.codec, &head, body == 0, &client, stream);
    if (rc == OK && body > 0)
        rc = h2_codec_send_body(client.codec, *stream, filler, body);
    if (rc == OK && body > 0)
        rc = h2_codec_send_end(client.codec, *stream);
    return rc;
}

static int32_t request(const char *target, size_t body)
{
    int32_t stream = 0;

    CHECK_EQ(send_request(target, body, &stream), OK);
    return stream;
}

/* Types and END_STREAM of the frames in `wire` from `skip` bytes on: "H", "D." */
static const char *frames(const struct bytes *wire, size_t skip)
{
    static char text[64];
    const uint8_t *at = bytes_peek(wire) + skip;
    const uint8_t *end = bytes_peek(wire) + bytes_len(wire);
    size_t len = 0;

    for (; end - at >= 9; at += 9 + ((size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2])) {
        text[len++] = "DHPRSUPGWC"[at[3]];
        if (at[3] <= 1 && (at[4] & 1))
            text[len++] = '.';
    }
    text[len] = '\0';
    return text;
}

static void test_request_and_response(void)
{
    open_both();
    CHECK_EQ(request("/callback?x=1", 500), 1);
    CHECK_EQ(request("/other", 0), 3);
    talk();
    CHECK_STR(h2_end_log(&server),
              "head 1 POST https a.test /callback?x=1 user-agent=LineBotWebhook/2.0; "
              "x-line-signature=c2lnbmF0dXJl\n"
              "head 3 POST https a.test /other user-agent=LineBotWebhook/2.0; "
              "x-line-signature=c2lnbmF0dXJl\n"
              "body 3 0\ncomplete 3\n"
              "body 1 500\ncomplete 1\nclosed 1 ok\nclosed 3 ok\n");
    CHECK(h2_end_says(&client, "head 1 200 content-type=text/plain\n"));
    CHECK(h2_end_says(&client, "body 1 3\ncomplete 1\nclosed 1 ok\n"));
    CHECK(h2_end_says(&client, "body 3 3\ncomplete 3\nclosed 3 ok\n"));
    CHECK_EQ(h2_codec_open_streams(client.codec), 0);
    CHECK_EQ(h2_codec_open_streams(server.codec), 0);
    CHECK(h2_codec_is_alive(client.codec) && h2_codec_is_alive(server.codec));
    CHECK(h2_codec_has_settings(client.codec) && h2_codec_has_settings(server.codec));
    close_both();
}

static void test_small_messages_need_no_empty_frame(void)
{
    open_both();
    talk();
    server.is_silent = true;
    int32_t a = request("/a", 500);
    CHECK_EQ(h2_end_produce(&client), OK);
    CHECK_STR(frames(&client.wire, 0), "HD.");
    talk();
    struct http_head head;
    http_head_init_response(&head, 200);
    CHECK_EQ(h2_codec_respond(server.codec, a, &head, false), OK);
    CHECK_EQ(h2_codec_send_body(server.codec, a, "ok", 2), OK);
    CHECK_EQ(h2_codec_queued(server.codec, a), 2);
    CHECK_EQ(h2_codec_send_end(server.codec, a), OK);
    CHECK_EQ(h2_end_produce(&server), OK);
    CHECK_STR(frames(&server.wire, 0), "HD.");
    talk();
    CHECK_EQ(request("/b", 0), 3);
    CHECK_EQ(h2_end_produce(&client), OK);
    CHECK_STR(frames(&client.wire, 0), "H.");
    close_both();
}

/* Produces a script of both directions once; then every cut must give the same. */
static void record(struct bytes *to_server, struct bytes *to_client)
{
    open_both();
    (void)request("/one", 300);
    (void)request("/two", 0);
    CHECK_EQ(h2_end_produce(&client), OK);
    CHECK_EQ(bytes_append_span(to_server, bytes_span(&client.wire)), OK);
    CHECK_EQ(h2_codec_feed(server.codec, bytes_peek(to_server), bytes_len(to_server)), OK);
    CHECK_EQ(h2_end_produce(&server), OK);
    CHECK_EQ(bytes_append_span(to_client, bytes_span(&server.wire)), OK);
    CHECK_EQ(h2_codec_feed(client.codec, bytes_peek(to_client), bytes_len(to_client)), OK);
}

static void feed_cut(struct h2_end *e, const struct bytes *wire, size_t cut)
{
    uint8_t *left = malloc(cut ? cut : 1);
    uint8_t *right = malloc(bytes_len(wire) - cut + 1);

    CHECK(left && right);
    memcpy(left, bytes_peek(wire), cut);
    memcpy(right, bytes_peek(wire) + cut, bytes_len(wire) - cut);
    CHECK_EQ(h2_codec_feed(e->codec, left, cut), OK);
    CHECK_EQ(h2_codec_feed(e->codec, right, bytes_len(wire) - cut), OK);
    CHECK_EQ(h2_end_produce(e), OK);
    free(left);
    free(right);
}

static void test_every_cut(void)
{
    struct bytes to_server, to_client, server_log, client_log;

    bytes_init(&to_server, 1 << 20);
    bytes_init(&to_client, 1 << 20);
    bytes_init(&server_log, 1 << 20);
    bytes_init(&client_log, 1 << 20);
    record(&to_server, &to_client);
    CHECK_EQ(bytes_append_text(&server_log, h2_end_log(&server)), OK);
    CHECK_EQ(bytes_append(&server_log, "", 1), OK);
    CHECK_EQ(bytes_append_text(&client_log, h2_end_log(&client)), OK);
    CHECK_EQ(bytes_append(&client_log, "", 1), OK);
    h2_end_close(&client);
    h2_end_close(&server);
    for (size_t cut = 0; cut <= bytes_len(&to_server); cut++) {
        open_both();
        feed_cut(&server, &to_server, cut);
        CHECK_STR(h2_end_log(&server), (const char *)bytes_peek(&server_log));
        h2_end_close(&client);
        h2_end_close(&server);
    }
    for (size_t cut = 0; cut <= bytes_len(&to_client); cut++) {
        open_both();
        (void)request("/one", 300);
        (void)request("/two", 0);
        CHECK_EQ(h2_end_produce(&client), OK);
        feed_cut(&client, &to_client, cut);
        CHECK_STR(h2_end_log(&client), (const char *)bytes_peek(&client_log));
        h2_end_close(&client);
        h2_end_close(&server);
    }
    bytes_fini(&to_server);
    bytes_fini(&to_client);
    bytes_fini(&server_log);
    bytes_fini(&client_log);
    CHECK_EQ(mem_live(), 0);
}

static void test_one_byte_at_a_time(void)
{
    open_both();
    (void)request("/slow", 5000);
    CHECK_EQ(h2_end_talk(&client, &server, 1), OK);
    CHECK(h2_end_says(&client, "body 1 3\ncomplete 1\nclosed 1 ok\n"));
    CHECK(h2_end_says(&server, "body 1 5000\n"));
    close_both();
}

/* Everything a connection does; any error is fine as long as nothing is lost. */
static enum err whole_life(void)
{
    struct h2_options c = h2_end_options(H2_CLIENT);
    struct h2_options s = h2_end_options(H2_SERVER);
    int32_t stream = 0;
    enum err rc = h2_end_open(&client, &c);

    if (rc == OK)
        rc = h2_end_open(&server, &s);
    server.answer = 20000;
    for (int i = 0; rc == OK && i < 3; i++)
        rc = send_request("/oom", 40000, &stream);
    if (rc == OK)
        rc = h2_end_talk(&client, &server, 5000);
    if (rc == OK)
        rc = h2_codec_ping(client.codec, 7);
    if (rc == OK)
        rc = send_request("/reset", 0, &stream);
    if (rc == OK)
        h2_codec_reset(client.codec, stream, ERR_CANCELLED);
    if (rc == OK)
        rc = h2_codec_announce_shutdown(server.codec);
    if (rc == OK)
        rc = h2_end_talk(&client, &server, 5000);
    if (rc == OK)
        rc = h2_codec_refuse_streams(server.codec);
    return rc == OK ? h2_end_talk(&client, &server, 5000) : rc;
}

static void test_out_of_memory_anywhere(void)
{
    unsigned long n = 0;

    /* A few failures do no harm (nothing is lost by answering 503 instead of 200):
     * the end is where many runs in a row went well. */
    for (int fine = 0; fine < 50;) {
        client = server = (struct h2_end){0};
        mem_fail_at(++n);
        enum err rc = whole_life();
        fine = rc == OK ? fine + 1 : 0;
        mem_fail_at(0);
        h2_end_close(&client);
        h2_end_close(&server);
        CHECK_EQ(mem_live(), 0);
        CHECK(n < 5000);
        /* What nghttp2 cannot decode for want of memory it takes for nonsense. */
        CHECK(rc == OK || rc == ERR_NOMEM || rc == ERR_PROTOCOL || rc == ERR_CLOSED);
    }
    CHECK(n > 100);
}

static void test_ping(void)
{
    open_both();
    CHECK_EQ(h2_codec_ping(client.codec, 42), OK);
    CHECK_EQ(h2_codec_ping(server.codec, 43), OK);
    talk();
    CHECK(h2_end_says(&client, "pong 42\n"));
    CHECK(h2_end_says(&server, "pong 43\n"));
    close_both();
}

static void test_interim_responses(void)
{
    struct http_head head;

    open_both();
    server.is_silent = true;
    int32_t id = request("/stored", 10);
    talk();
    http_head_init_response(&head, 102);
    CHECK_EQ(h2_codec_respond(server.codec, id, &head, false), OK);
    talk();
    CHECK(h2_end_says(&client, "head 1 102\n"));
    CHECK(!h2_end_says(&client, "complete"));
    http_head_init_response(&head, 101);
    CHECK_EQ(h2_codec_respond(server.codec, id, &head, false), ERR_SYNTAX);
    http_head_init_response(&head, 204);
    CHECK_EQ(h2_codec_respond(server.codec, id, &head, true), OK);
    CHECK_EQ(h2_codec_respond(server.codec, id, &head, true), ERR_CLOSED);
    talk();
    CHECK(h2_end_says(&client, "head 1 204\nbody 1 0\ncomplete 1\nclosed 1 ok\n"));
    CHECK_EQ(h2_codec_respond(server.codec, id, &head, true), ERR_CLOSED);
    close_both();
}

static void test_resets_say_why(void)
{
    static const enum err why[] = {ERR_CANCELLED, ERR_PROTOCOL, ERR_BUSY, ERR_IO};

    open_both();
    server.is_silent = true;
    for (size_t i = 0; i < 4; i++) {
        int32_t id = request("/reset", 0);
        char line[64];

        talk();
        h2_codec_reset(server.codec, id, why[i]);
        talk();
        snprintf(line, sizeof line, "closed %d %s\n", (int)id, err_text(why[i]));
        CHECK(h2_end_says(&client, line));
        CHECK(h2_end_says(&server, line));
    }
    CHECK(strstr(h2_codec_detail(client.codec), "by the peer"));
    CHECK(strstr(h2_codec_detail(server.codec), "on this side"));
    /* before it ever left */
    int32_t id = request("/never", 0);
    h2_codec_reset(client.codec, id, ERR_CANCELLED);
    talk();
    CHECK(h2_end_says(&client, "closed 9 cancelled\n"));
    CHECK(!h2_end_says(&server, "/never"));
    close_both();
}

static void test_client_limits_of_streams(void)
{
    struct http_head head;
    int32_t id;
    struct h2_options s = h2_end_options(H2_SERVER);
    struct h2_options c = h2_end_options(H2_CLIENT);

    s.streams_max = 3;
    CHECK_EQ(h2_end_open(&server, &s), OK);
    CHECK_EQ(h2_end_open(&client, &c), OK);
    server.is_silent = true;
    talk();
    for (int i = 0; i < 3; i++)
        (void)request("/slot", 0);
    h2_end_request(&head, "/slot");
    CHECK_EQ(h2_codec_request(client.codec, &head, true, &client, &id), ERR_BUSY);
    talk();
    h2_codec_reset(server.codec, 1, ERR_IO);
    talk();
    CHECK_EQ(request("/slot", 0), 7);
    talk();
    CHECK_EQ(h2_codec_open_streams(server.codec), 3);
    close_both();
}

CHECK_MAIN(TEST(test_request_and_response), TEST(test_small_messages_need_no_empty_frame),
           TEST(test_every_cut), TEST(test_one_byte_at_a_time),
           TEST(test_out_of_memory_anywhere), TEST(test_ping), TEST(test_interim_responses),
           TEST(test_resets_say_why), TEST(test_client_limits_of_streams))
