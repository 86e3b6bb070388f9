/* Answers that are complete before their requests are. */
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

/* Answered with 413 before it is complete, and not needed any more. */
static int32_t answer_early(void)
{
    struct http_head head;
    int32_t id;

    open_both();
    server.is_silent = true;
    h2_end_request(&head, "/upload");
    CHECK_EQ(h2_codec_request(client.codec, &head, false, &client, &id), OK);
    talk();
    http_head_init_response(&head, 413);
    CHECK_EQ(h2_codec_respond(server.codec, id, &head, false), OK);
    CHECK_EQ(h2_codec_send_body(server.codec, id, "too much", 8), OK);
    CHECK_EQ(h2_codec_send_end(server.codec, id), OK);
    h2_codec_reset(server.codec, id, OK);
    h2_codec_reset(server.codec, id, OK); /* once is enough */
    talk();
    CHECK(h2_end_says(&client, "head 1 413\nbody 1 8\ncomplete 1\n"));
    CHECK(!h2_end_says(&client, "closed"));
    return id;
}

static void send_more(int32_t id, size_t len)
{
    static uint8_t filler[64 * 1024];

    CHECK_EQ(h2_codec_send_body(client.codec, id, filler, len), OK);
    talk();
}

/* The rest comes soon: no reset, for some clients forget the answer over it. */
static void test_answer_before_the_request_is_complete(void)
{
    int32_t id = answer_early();

    send_more(id, 64 * 1024);
    h2_codec_set_now(server.codec, 999);
    h2_codec_tick(server.codec);
    talk();
    CHECK(!h2_end_says(&client, "closed"));
    CHECK_EQ(h2_codec_send_end(client.codec, id), OK);
    talk();
    CHECK(h2_end_says(&client, "closed 1 ok\n") && h2_end_says(&server, "closed 1 ok\n"));
    close_both();
}

static void test_answer_and_too_much_behind_it(void)
{
    int32_t id = answer_early();

    send_more(id, 64 * 1024);
    CHECK(!h2_end_says(&client, "closed"));
    send_more(id, 1);
    CHECK(h2_end_says(&client, "closed 1 ok\n") && h2_end_says(&server, "closed 1 ok\n"));
    CHECK_EQ(h2_codec_send_body(client.codec, id, "more", 4), ERR_CLOSED);
    close_both();
}

static void test_answer_and_no_end_behind_it(void)
{
    int32_t id = answer_early();

    h2_codec_set_now(server.codec, 1000);
    h2_codec_tick(server.codec);
    talk();
    CHECK(h2_end_says(&client, "closed 1 ok\n"));
    CHECK_EQ(h2_codec_send_body(client.codec, id, "more", 4), ERR_CLOSED);
    close_both();
}

CHECK_MAIN(TEST(test_answer_before_the_request_is_complete),
           TEST(test_answer_and_too_much_behind_it), TEST(test_answer_and_no_end_behind_it))
