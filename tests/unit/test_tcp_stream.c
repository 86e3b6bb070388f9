#include "net/tcp_stream.h"

#include "check.h"
#include "unit/support/net_world.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#define OUT_MAX ((size_t)8 << 20)

static void open_and_join(struct net_world *w)
{
    net_world_open(w, NET_TCP);
    net_world_join(w);
}

/* A thousand writes of one turn arrive as one piece: one system call, one segment
 * (of loopback's 64 KiB). */
static void test_writes_of_a_turn_are_corked(void)
{
    struct net_world w;

    open_and_join(&w);
    for (int i = 0; i < 1000; i++)
        net_peer_say(&w.client, "0123456789");
    CHECK_EQ(stream_queued(w.client.stream), 10000);
    CHECK_EQ(w.client.drained, 0);
    net_peer_wait_bytes(&w.server, 10000);
    CHECK_EQ(w.server.largest, 10000);
    CHECK_EQ(w.client.drained, 1);
    CHECK_EQ(stream_queued(w.client.stream), 0);
    net_world_close(&w);
}

static void fill(struct net_peer *p, size_t len)
{
    static const uint8_t zeros[65536];

    while (len > 0) {
        size_t piece = len < sizeof(zeros) ? len : sizeof(zeros);
        CHECK_EQ(stream_write(p->stream, zeros, piece), OK);
        len -= piece;
    }
}

static void test_limit_of_what_waits(void)
{
    struct net_world w;

    open_and_join(&w);
    stream_pause(w.server.stream);
    fill(&w.client, OUT_MAX);
    CHECK_EQ(stream_write(w.client.stream, "x", 1), ERR_LIMIT);
    CHECK_EQ(stream_queued(w.client.stream), OUT_MAX);

    /* The kernel takes a part: exactly so much more is accepted. */
    while (stream_queued(w.client.stream) == OUT_MAX)
        loop_turn(w.loop, true);
    CHECK_EQ(w.client.drained, 0);
    size_t room = OUT_MAX - stream_queued(w.client.stream);
    fill(&w.client, room);
    CHECK_EQ(stream_write(w.client.stream, "x", 1), ERR_LIMIT);

    stream_resume(w.server.stream);
    net_peer_wait_bytes(&w.server, OUT_MAX + room);
    net_peer_wait(&w.client, &w.client.drained, 1);
    CHECK_EQ(stream_queued(w.client.stream), 0);
    net_world_close(&w);
}

/* What the kernel has taken and not yet sent.  `lower` is TCP. */
static int unsent(const struct stream *lower)
{
    int bytes = -1;

    CHECK_EQ(ioctl(tcp_stream_descriptor(lower), SIOCOUTQNSD, &bytes), 0);
    return bytes;
}

/* The producer can still decide what goes next. */
static void check_kept_short(unsigned kind)
{
    struct net_world w;

    net_world_open(&w, kind);
    net_world_join(&w);
    struct stream *lower = kind & NET_TLS ? w.lower_client : w.client.stream;
    stream_keep_short(w.client.stream);
    stream_pause(w.server.stream);
    fill(&w.client, OUT_MAX / 2);
    while (unsent(lower) == 0)
        loop_turn(w.loop, false);
    CHECK(unsent(lower) <= 64 * 1024);
    CHECK(stream_queued(w.client.stream) > 0);
    stream_resume(w.server.stream);
    net_peer_wait_bytes(&w.server, OUT_MAX / 2);
    net_world_close(&w);
}

static void test_little_waits_in_the_kernel(void)
{
    check_kept_short(NET_TCP);
    check_kept_short(NET_TLS | NET_TCP);
}

static void test_finish_after_everything(void)
{
    struct net_world w;

    open_and_join(&w);
    fill(&w.client, OUT_MAX);
    stream_finish(w.client.stream);
    net_peer_wait(&w.server, &w.server.ended, 1);
    CHECK_EQ(w.server.end, ERR_EOF);
    CHECK_EQ(w.server.got_len, OUT_MAX);
    net_world_close(&w);
}

static void test_peer_addresses(void)
{
    struct net_world w;

    net_world_open(&w, NET_TCP);
    net_world_connect(&w);
    CHECK_STR(stream_peer(w.client.stream), "");
    net_peer_wait(&w.client, &w.client.opened, 1);
    net_peer_wait(&w.server, &w.server.opened, 1);
    CHECK_STR(stream_peer(w.client.stream), "127.0.0.1");
    CHECK_STR(stream_peer(w.server.stream), "127.0.0.1");
    CHECK_STR(stream_protocol(w.server.stream), "");
    CHECK_STR(stream_detail(w.server.stream), "");
    net_world_close(&w);
}

static void test_reset_is_not_eof(void)
{
    struct net_world w;

    open_and_join(&w);
    stream_reset(w.client.stream);
    net_peer_wait(&w.server, &w.server.ended, 1);
    CHECK_EQ(w.server.end, ERR_IO);
    CHECK_STR(w.server.detail, "connection reset by the peer");
    net_world_close(&w);
}

/* An answer that came before the connection broke under our request is read. */
static void test_words_of_a_peer_that_left(void)
{
    struct net_world w;

    open_and_join(&w);
    stream_pause(w.client.stream);
    net_peer_say(&w.server, "413 too large");
    stream_close(w.server.stream);
    net_peer_wait(&w.server, &w.server.closed, 1);
    net_peer_say(&w.client, "more"); /* which the kernel answers with a reset */
    net_peer_wait(&w.client, &w.client.drained, 1);
    net_peer_say(&w.client, "and more");
    stream_resume(w.client.stream);
    net_peer_wait(&w.client, &w.client.ended, 1);
    CHECK_EQ(w.client.end, ERR_IO);
    CHECK_EQ(w.client.got_len, 13);
    CHECK_EQ(stream_write(w.client.stream, "x", 1), ERR_IO);
    CHECK_EQ(stream_queued(w.client.stream), 0);
    net_world_close(&w);
}

/* While paused nothing is read that could report the end, so writing does. */
static void test_broken_while_paused(void)
{
    struct net_world w;

    open_and_join(&w);
    stream_pause(w.client.stream);
    stream_reset(w.server.stream);
    net_peer_wait(&w.server, &w.server.closed, 1);
    for (int i = 0; i < 1000 && !w.client.ended; i++) {
        CHECK_EQ(stream_write(w.client.stream, "x", 1), OK);
        loop_turn(w.loop, false);
    }
    CHECK_EQ(w.client.ended, 1);
    CHECK_EQ(w.client.end, ERR_IO);
    stream_resume(w.client.stream);
    for (int i = 0; i < 10; i++)
        loop_turn(w.loop, false);
    net_world_close(&w);
}

/* --- connecting --- */

static struct sockaddr_in loopback(unsigned port)
{
    struct sockaddr_in address;

    CHECK_EQ(uv_ip4_addr("127.0.0.1", (int)port, &address), 0);
    return address;
}

/* A port on which nothing listens: bound, so that nobody else can. */
static int closed_port(struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof(*address);

    *address = loopback(0);
    CHECK(fd >= 0);
    CHECK_EQ(bind(fd, (const struct sockaddr *)address, len), 0);
    CHECK_EQ(getsockname(fd, (struct sockaddr *)address, &len), 0);
    return fd;
}

static void test_refused(void)
{
    struct net_world w;
    struct sockaddr_in address;
    struct stream *s;

    net_world_open(&w, NET_PLAIN);
    int fd = closed_port(&address);
    CHECK_EQ(tcp_stream_connect(w.loop, (const struct sockaddr *)&address, &s), OK);
    net_peer_sit(&w.client, w.loop, s);
    net_peer_wait(&w.client, &w.client.ended, 1);
    CHECK_EQ(w.client.end, ERR_REFUSED);
    CHECK_STR(w.client.detail, "connection refused: nothing listens there");
    CHECK_EQ(w.client.opened, 0);
    net_world_close(&w);
    CHECK_EQ(close(fd), 0);
}

static void test_impossible_address(void)
{
    struct net_world w;
    struct sockaddr_in6 address;
    struct stream *s;

    net_world_open(&w, NET_PLAIN);
    CHECK_EQ(uv_ip6_addr("fe80::1", 80, &address), 0); /* link-local without interface */
    CHECK_EQ(tcp_stream_connect(w.loop, (const struct sockaddr *)&address, &s), ERR_IO);
    net_world_close(&w);
}

static void test_close_while_connecting(void)
{
    struct net_world w;
    struct sockaddr_in address;
    struct stream *s;

    net_world_open(&w, NET_PLAIN);
    int fd = closed_port(&address);
    CHECK_EQ(tcp_stream_connect(w.loop, (const struct sockaddr *)&address, &s), OK);
    net_peer_sit(&w.client, w.loop, s);
    stream_reset(s);
    net_peer_wait(&w.client, &w.client.closed, 1);
    CHECK_EQ(w.client.ended, 0);
    net_world_close(&w);
    CHECK_EQ(close(fd), 0);
}

CHECK_MAIN(TEST(test_writes_of_a_turn_are_corked), TEST(test_limit_of_what_waits),
           TEST(test_little_waits_in_the_kernel), TEST(test_finish_after_everything),
           TEST(test_peer_addresses), TEST(test_reset_is_not_eof),
           TEST(test_words_of_a_peer_that_left), TEST(test_broken_while_paused),
           TEST(test_refused), TEST(test_impossible_address), TEST(test_close_while_connecting))
