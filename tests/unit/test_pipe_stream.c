#include "net/pipe_stream.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "unit/support/net_world.h"

#define INBOX_MAX ((size_t)1 << 20)

static void test_pieces(void)
{
    static const struct {
        size_t asked, largest;
    } rows[] = {{0, 1}, {1, 1}, {7, 7}, {16384, 16384}, {16385, 16384}};
    static uint8_t data[40000];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct net_world w;
        net_world_open(&w, NET_PLAIN);
        w.chunk = rows[i].asked;
        net_world_join(&w);
        CHECK_EQ(stream_write(w.client.stream, data, sizeof(data)), OK);
        net_peer_wait_bytes(&w.server, sizeof(data));
        CHECK_EQ(w.server.largest, rows[i].largest);
        CHECK_STR(stream_peer(w.server.stream), "pipe");
        net_world_close(&w);
    }
}

static void test_limit(void)
{
    struct net_world w;
    uint8_t *data = calloc(1, INBOX_MAX + 1);

    net_world_open(&w, NET_PLAIN);
    net_world_join(&w);
    CHECK_EQ(stream_write(w.client.stream, data, INBOX_MAX + 1), ERR_LIMIT);
    CHECK_EQ(stream_queued(w.client.stream), 0);
    CHECK_EQ(stream_write(w.client.stream, data, INBOX_MAX), OK);
    CHECK_EQ(stream_queued(w.client.stream), INBOX_MAX);
    CHECK_EQ(stream_write(w.client.stream, data, 1), ERR_LIMIT);
    net_peer_wait(&w.client, &w.client.drained, 1);
    CHECK_EQ(w.server.got_len, INBOX_MAX);
    net_world_close(&w);
    free(data);
}

/* A reset takes back what was under way, a close does not. */
static void test_reset_drops_what_waits(void)
{
    for (int reset = 0; reset < 2; reset++) {
        struct net_world w;
        net_world_open(&w, NET_PLAIN);
        w.chunk = 1;
        net_world_join(&w);
        net_peer_say(&w.client, "0123456789");
        if (reset)
            stream_reset(w.client.stream);
        else
            stream_close(w.client.stream);
        net_peer_wait(&w.server, &w.server.ended, 1);
        CHECK_EQ(w.server.end, reset ? ERR_IO : ERR_EOF);
        CHECK_EQ(w.server.got_len, reset ? 0 : 10);
        CHECK_EQ(stream_write(w.server.stream, "x", 1), ERR_IO);
        stream_finish(w.server.stream);
        CHECK_EQ(stream_queued(w.server.stream), 0);
        net_world_close(&w);
    }
}

/* The owner of one end may write to the other from inside its event. */
static void echo_to_itself(struct net_peer *p, enum net_event event)
{
    const struct net_peer *other = p->context;

    if (event == NET_DATA && p->got_len < 3000)
        CHECK_EQ(stream_write(other->stream, p->got, p->got_len), OK);
}

static void test_write_from_inside(void)
{
    struct net_world w;

    net_world_open(&w, NET_PLAIN);
    net_world_join(&w);
    w.server.hook = echo_to_itself;
    w.server.context = &w.client;
    net_peer_say(&w.client, "x");
    net_peer_wait_bytes(&w.server, 4096 - 1);
    net_world_close(&w);
}

static void test_allocation_failures(void)
{
    struct loop *l;
    struct stream *a, *b;

    CHECK_EQ(loop_new(clock_system(), &l), OK);
    for (unsigned long n = 1; n <= 2; n++) {
        mem_fail_at(n);
        CHECK_EQ(pipe_stream_pair(l, 1, &a, &b), ERR_NOMEM);
        mem_fail_at(0);
    }
    loop_free(l);
    CHECK_EQ(mem_live(), 0);
}

CHECK_MAIN(TEST(test_allocation_failures), TEST(test_pieces), TEST(test_limit),
           TEST(test_reset_drops_what_waits), TEST(test_write_from_inside))
