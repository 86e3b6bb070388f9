/* Bodies that leave side by side: in which order, and that none is lost or forgotten. */
#include "base/mem.h"
#include "unit/check.h"
#include "unit/support/h2_end.h"
#include "unit/support/mem_sweep.h"

#define FRAME     16384u
#define HEADER    9u
#define LONG      ((size_t)600 * 1024)
#define WIDE      (16u << 20)
#define STREAMS   40u
#define ORDER_MAX 1024u

static struct h2_end client, server;
/* Who sends bodies: requests of the client, or answers of the server. */
static struct h2_end *from, *to;
static char order[ORDER_MAX]; /* a letter for each DATA frame: stream 1 is A */
static size_t order_len;

static enum err open_both(enum h2_role role, uint32_t stream_window)
{
    struct h2_options c = h2_end_options(H2_CLIENT);
    struct h2_options s = h2_end_options(H2_SERVER);

    c.takes_turns = s.takes_turns = true;
    c.stream_window = s.stream_window = stream_window;
    c.connection_window = s.connection_window = 64u << 20;
    from = role == H2_CLIENT ? &client : &server;
    to = role == H2_CLIENT ? &server : &client;
    enum err e = h2_end_open(&client, &c);
    if (e == OK)
        e = h2_end_open(&server, &s);
    server.is_silent = true;
    order_len = 0;
    return e == OK ? h2_end_talk(&client, &server, FRAME) : e;
}

static void close_both(void)
{
    h2_end_close(&client);
    h2_end_close(&server);
    CHECK_EQ(mem_live(), 0);
}

/* Streams on which `from` may send a body: 1, 3, 5 ... */
static enum err begin(size_t streams)
{
    bool is_upload = from == &client;
    struct http_head head;
    enum err e = OK;
    int32_t id;

    h2_end_request(&head, "/");
    for (size_t i = 0; e == OK && i < streams; i++)
        e = h2_codec_request(client.codec, &head, !is_upload, &client, &id);
    if (e == OK)
        e = h2_end_talk(&client, &server, FRAME);
    http_head_init_response(&head, 200);
    for (size_t i = 0; e == OK && !is_upload && i < streams; i++)
        e = h2_codec_respond(server.codec, (int32_t)(2 * i + 1), &head, false);
    return e;
}

static void send_body(int32_t id, size_t len)
{
    static const uint8_t filler[1 << 20];

    CHECK_EQ(h2_codec_send_body(from->codec, id, filler, len), OK);
}

static void write_order_down(void)
{
    const uint8_t *wire = bytes_peek(&from->wire);
    size_t len = bytes_len(&from->wire);

    for (size_t at = 0; at + HEADER <= len;) {
        size_t payload = (size_t)wire[at] << 16 | (size_t)wire[at + 1] << 8 | wire[at + 2];
        if (wire[at + 3] == 0 && payload > 0) {
            CHECK(order_len + 1 < sizeof order);
            order[order_len++] = (char)('A' + wire[at + 8] / 2);
        }
        at += HEADER + payload;
    }
    order[order_len] = '\0';
}

/* What leaves in one go of this size; returns the letters so far. */
static const char *leave(size_t until)
{
    CHECK_EQ(h2_codec_produce(from->codec, &from->wire, until), OK);
    write_order_down();
    CHECK_EQ(h2_codec_feed(to->codec, bytes_peek(&from->wire), bytes_len(&from->wire)), OK);
    bytes_clear(&from->wire);
    return order;
}

static void let_all_leave(size_t until)
{
    size_t before;

    do {
        before = order_len;
        (void)leave(until);
    } while (order_len > before);
}

/* --- the order --- */

static void open_with(enum h2_role role, uint32_t stream_window, size_t streams)
{
    CHECK_EQ(open_both(role, stream_window), OK);
    CHECK_EQ(begin(streams), OK);
}

static void check_short_first(enum h2_role role)
{
    open_with(role, WIDE, 3);
    send_body(1, LONG);
    CHECK_STR(leave(6 * FRAME), "AAAAAA");
    send_body(3, 100);
    CHECK_STR(leave(FRAME), "AAAAAABA");
    send_body(5, (size_t)6 * FRAME); /* from its 64 KiB on it is a long one too */
    CHECK_STR(leave(8 * FRAME), "AAAAAABACCCCACAC");
    let_all_leave(FRAME);
    CHECK_EQ(to->body[0], LONG);
    close_both();
}

static void test_short_ones_first(void)
{
    check_short_first(H2_SERVER);
    check_short_first(H2_CLIENT);
}

/* Of twelve frames that follow the short ones, each stream has one in every three. */
static void check_long_ones(enum h2_role role, size_t until)
{
    open_with(role, WIDE, 3);
    for (int32_t id = 1; id <= 5; id += 2)
        send_body(id, (size_t)8 * FRAME);
    let_all_leave(until);
    CHECK_EQ(order_len, 24);
    for (const char *three = order + 12; *three; three += 3)
        CHECK(memchr(three, 'A', 3) && memchr(three, 'B', 3) && memchr(three, 'C', 3));
    close_both();
}

static void test_long_ones_in_turn(void)
{
    static const size_t units[] = {1, 2, 5, 64};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        check_long_ones(H2_SERVER, units[i] * FRAME);
        check_long_ones(H2_CLIENT, units[i] * FRAME);
    }
}

/* --- who cannot send holds up nobody --- */

static void test_shut_windows(void)
{
    open_with(H2_SERVER, 256 * 1024, 3);
    to->keeps = true;
    send_body(1, LONG);
    let_all_leave(FRAME); /* A's window is shut */
    CHECK_EQ(order_len, 16);
    send_body(3, LONG);
    send_body(5, 100);
    let_all_leave(FRAME);
    CHECK_EQ(order_len, 16 + 16 + 1);
    h2_codec_consumed(to->codec, 3, 256 * 1024);
    CHECK_EQ(h2_end_talk(&client, &server, FRAME), OK);
    CHECK_EQ(to->body[0], 256 * 1024);
    CHECK_EQ(to->body[1], 512 * 1024);
    close_both();
}

static void test_nothing_to_send_for_a_while(void)
{
    open_with(H2_SERVER, WIDE, 2);
    send_body(1, (size_t)8 * FRAME);
    send_body(3, (size_t)8 * FRAME);
    let_all_leave(3 * FRAME);
    for (int32_t i = 0; i < 5; i++) {
        send_body(i % 2 ? 1 : 3, 1);
        (void)leave(FRAME);
    }
    CHECK_STR(order + 16, "BABAB");
    CHECK_EQ(h2_codec_send_end(from->codec, 1), OK);
    CHECK_EQ(h2_codec_send_end(from->codec, 3), OK);
    CHECK_EQ(h2_end_talk(&client, &server, FRAME), OK);
    CHECK(h2_end_says(to, "complete 1\n"));
    CHECK(h2_end_says(to, "complete 3\n"));
    close_both();
}

static void test_reset_while_aside(void)
{
    open_with(H2_SERVER, WIDE, 2);
    send_body(1, LONG);
    send_body(3, LONG);
    (void)leave(11 * FRAME); /* both are long now, and one of them stands aside */
    h2_codec_reset(from->codec, 1, ERR_CANCELLED);
    CHECK_EQ(h2_codec_send_end(from->codec, 3), OK);
    CHECK_EQ(h2_end_talk(&client, &server, FRAME), OK);
    CHECK_EQ(to->body[1], LONG);
    CHECK(h2_end_says(to, "complete 3\n"));
    CHECK(!h2_end_says(to, "complete 1\n"));
    close_both();
}

static void test_freed_while_aside(void)
{
    open_with(H2_CLIENT, WIDE, 3);
    for (int32_t id = 1; id <= 5; id += 2)
        send_body(id, LONG);
    (void)leave(14 * FRAME);
    close_both();
}

/* --- all of it arrives --- */

static void test_every_byte_arrives(void)
{
    size_t sizes[STREAMS];
    uint32_t x = 1;

    open_with(H2_SERVER, 256 * 1024, STREAMS);
    for (size_t i = 0; i < STREAMS; i++) {
        int32_t id = (int32_t)(2 * i + 1);
        x = x * 1103515245u + 12345u;
        sizes[i] = x >> 16 & 1 ? (x >> 8) % 2000 : (x >> 8) % 300000;
        send_body(id, sizes[i]);
        CHECK_EQ(h2_codec_send_end(from->codec, id), OK);
        (void)leave((x >> 8) % 60000);
    }
    CHECK_EQ(h2_end_talk(&client, &server, 1000), OK);
    for (size_t i = 0; i < STREAMS; i++)
        CHECK_EQ(to->body[i], sizes[i]);
    CHECK_EQ(h2_codec_open_streams(from->codec), 0);
    close_both();
}

static enum err send_three(void)
{
    static const uint8_t filler[8 * FRAME];
    enum err e = open_both(H2_CLIENT, WIDE);

    if (e == OK)
        e = begin(3);
    for (int32_t id = 1; e == OK && id <= 5; id += 2) {
        e = h2_codec_send_body(client.codec, id, filler, sizeof filler);
        if (e == OK)
            e = h2_codec_send_end(client.codec, id);
    }
    return e == OK ? h2_end_talk(&client, &server, FRAME) : e;
}

static void test_memory_runs_out(void)
{
    bool is_untouched = false;

    for (unsigned long n = 1; !is_untouched; n++) {
        mem_fail_at(n);
        enum err e = send_three();
        is_untouched = mem_sweep_is_over(n);
        CHECK(!is_untouched || (e == OK && server.body[2] == 8 * FRAME));
        close_both();
    }
}

CHECK_MAIN(TEST(test_short_ones_first), TEST(test_long_ones_in_turn), TEST(test_shut_windows),
           TEST(test_nothing_to_send_for_a_while), TEST(test_reset_while_aside),
           TEST(test_freed_while_aside), TEST(test_every_byte_arrives),
           TEST(test_memory_runs_out))
