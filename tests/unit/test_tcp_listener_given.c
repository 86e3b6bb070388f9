/* Listening sockets that somebody else has opened. */
#include "net/tcp_listener.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "net/tcp_stream.h"
#include "unit/support/net_peer.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

static struct loop *loop;
static struct net_peer accepted;
static int accepts;

static void on_accept(void *owner, struct stream *stream)
{
    CHECK(owner == &accepts);
    accepts++;
    net_peer_sit(&accepted, loop, stream);
}

static const struct tcp_listener_events events = {on_accept};

static void start(void)
{
    accepts = 0;
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
}

static void stop(void)
{
    net_peer_close(&accepted);
    loop_run(loop);
    net_peer_fini(&accepted);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static struct tcp_listener *listen_on(const char *address)
{
    struct tcp_listener_options o = {.address = address};
    struct tcp_listener *t = NULL;

    enum err e = tcp_listener_open(loop, &o, &events, &accepts, &t);
    if (e != OK)
        (void)fprintf(stderr, "%s: %s\n", address, o.detail);
    CHECK_EQ(e, OK);
    CHECK_STR(o.detail, "");
    CHECK(tcp_listener_port(t) > 0);
    return t;
}

static void join(struct net_peer *client, const char *host, unsigned port)
{
    struct sockaddr_storage to = {0};
    struct stream *s;

    if (uv_ip4_addr(host, (int)port, (struct sockaddr_in *)&to) != 0)
        CHECK_EQ(uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)&to), 0);
    CHECK_EQ(tcp_stream_connect(loop, (const struct sockaddr *)&to, &s), OK);
    net_peer_sit(client, loop, s);
}

static void leave(struct net_peer *client)
{
    net_peer_close(client);
    net_peer_wait(client, &client->closed, 1);
    net_peer_fini(client);
}

static enum err refused_descriptor(int fd, const char *detail)
{
    struct tcp_listener_options o = {.address = "127.0.0.1:0", .fd = fd};
    struct tcp_listener *t = NULL;
    enum err e = tcp_listener_open(loop, &o, &events, &accepts, &t);

    CHECK(t == NULL);
    CHECK(strstr(o.detail, detail) != NULL);
    return e;
}

/* A connection that came while nobody accepted is served by who takes the socket over. */
static void test_given_descriptor(void)
{
    struct tcp_listener_options o = {0};
    struct net_peer client = {0};
    struct tcp_listener *t = NULL;

    start();
    struct tcp_listener *first = listen_on("127.0.0.1:0");
    unsigned port = tcp_listener_port(first);
    o.fd = fcntl(tcp_listener_descriptor(first), F_DUPFD_CLOEXEC, 3);
    CHECK(o.fd > 2);
    tcp_listener_close(first);
    join(&client, "127.0.0.1", port);
    net_peer_wait(&client, &client.opened, 1);
    CHECK_EQ(accepts, 0);
    CHECK_EQ(tcp_listener_open(loop, &o, &events, &accepts, &t), OK);
    CHECK_EQ(close(o.fd), 0);
    CHECK_EQ(tcp_listener_port(t), port);
    while (accepts == 0)
        loop_turn(loop, true);
    leave(&client);
    tcp_listener_close(t);
    stop();
}

static void test_bad_descriptors(void)
{
    int pair[2];

    start();
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int mute = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int datagram = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    const int bad[] = {file, mute, datagram, pair[0], 999};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_EQ(refused_descriptor(bad[i], "not a TCP socket that listens"), ERR_CONFIG);
    for (size_t i = 0; i < 4; i++)
        CHECK_EQ(close(bad[i]), 0);
    CHECK_EQ(close(pair[1]), 0);
    stop();
}

static void test_no_descriptor_for_the_copy(void)
{
    struct rlimit before, small;

    start();
    struct tcp_listener *t = listen_on("127.0.0.1:0");
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    small = before;
    small.rlim_cur = (rlim_t)tcp_listener_descriptor(t);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &small), 0);
    CHECK_EQ(refused_descriptor(tcp_listener_descriptor(t), "cannot listen on descriptor"),
             ERR_IO);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    tcp_listener_close(t);
    stop();
}

CHECK_MAIN(TEST(test_given_descriptor), TEST(test_bad_descriptors),
           TEST(test_no_descriptor_for_the_copy))
