#include "net/tcp_listener.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "net/tcp_stream.h"
#include "unit/support/net_peer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static struct loop *loop;
static struct net_peer accepted; /* the last one */
static int accepts;
static bool let_go;    /* what on_accept does with them */
static bool fail_next; /* and to the next one */

static void on_accept(void *owner, struct stream *stream)
{
    CHECK(owner == &accepts);
    accepts++;
    mem_fail_at(fail_next ? 1 : 0);
    if (let_go)
        stream_close(stream); /* never owned */
    else
        net_peer_sit(&accepted, loop, stream);
}

static const struct tcp_listener_events events = {on_accept};

static void start(void)
{
    accepts = 0;
    let_go = fail_next = false;
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

static enum err refused(const char *address, const char *detail)
{
    struct tcp_listener_options o = {.address = address};
    struct tcp_listener *t = NULL;
    enum err e = tcp_listener_open(loop, &o, &events, &accepts, &t);

    CHECK(t == NULL);
    if (!strstr(o.detail, detail))
        CHECK_STR(o.detail, detail);
    return e;
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

/* --- addresses --- */

static void check_reachable(const char *address, const char *host, const char *peer)
{
    struct net_peer client = {0};

    start();
    struct tcp_listener *t = listen_on(address);
    join(&client, host, tcp_listener_port(t));
    client.loop = loop;
    net_peer_wait(&client, &client.opened, 1);
    while (accepts == 0)
        loop_turn(loop, true);
    net_peer_wait(&accepted, &accepted.opened, 1);
    CHECK_STR(stream_peer(accepted.stream), peer);
    CHECK_STR(stream_peer(client.stream), host);
    tcp_listener_close(t);
    leave(&client);
    stop();
}

static bool has_ipv6(void)
{
    struct sockaddr_in6 address;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK_EQ(uv_ip6_addr("::1", 0, &address), 0);
    bool ok = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static void test_addresses(void)
{
    check_reachable("127.0.0.1:0", "127.0.0.1", "127.0.0.1");
    check_reachable("0.0.0.0:0", "127.0.0.1", "127.0.0.1");
    check_reachable("localhost:0", "127.0.0.1", "127.0.0.1");
    check_reachable(":0", "127.0.0.1", "127.0.0.1"); /* not ::ffff:127.0.0.1 */
    if (!has_ipv6())
        return;
    check_reachable(":0", "::1", "::1");
    check_reachable("[::]:0", "::1", "::1");
    check_reachable("[::1]:0", "::1", "::1");
}

static void test_bad_addresses(void)
{
    static const char *const bad[] = {
        "",
        "443",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "1.2.3:80",
        "example.com:80",
        "::1:80",
        "[::1:80",
        "::1]:80",
        "[::1]",
        "[]:80x",
        "127.0.0.1:-1",
        "127.0.0.1:+1",
        "127.0.0.1: 80",
        "127.0.0.1:0x50",
        "[fe80::1%a-very-long-interface-name-that-cannot-be-one-ever]:80",
    };

    start();
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_EQ(refused(bad[i], "not an address to listen on"), ERR_CONFIG);
    CHECK_EQ(refused(NULL, "write 0.0.0.0:443, [::1]:8080, or :443"), ERR_CONFIG);
    stop();
}

static void test_port_in_use(void)
{
    char address[32];

    start();
    struct tcp_listener *t = listen_on("127.0.0.1:0");
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", tcp_listener_port(t));
    CHECK_EQ(refused(address, "in use by another program"), ERR_CONFLICT);
    tcp_listener_close(t);
    tcp_listener_close(t);
    stop();
}

static void test_address_of_another_machine(void)
{
    start();
    CHECK_EQ(refused("192.0.2.1:0", "192.0.2.1 is not an address of this machine"), ERR_CONFIG);
    stop();
}

static bool privileged_ports_are_free(void)
{
    FILE *file = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "re");
    int first = 1024;

    if (file) {
        if (fscanf(file, "%d", &first) != 1)
            first = 1024;
        (void)fclose(file);
    }
    return first <= 1;
}

static void test_privileged_port(void)
{
    if (privileged_ports_are_free())
        return;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) { /* which may give its rights away */
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(1);
        start();
        CHECK_EQ(refused("127.0.0.1:1", "ports below 1024"), ERR_DENIED);
        stop();
        _exit(0);
    }
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}

/* --- accepting --- */

static void test_nobody_wants_it(void)
{
    struct net_peer client = {0};

    start();
    let_go = true;
    struct tcp_listener *t = listen_on("127.0.0.1:0");
    join(&client, "127.0.0.1", tcp_listener_port(t));
    net_peer_wait(&client, &client.ended, 1);
    CHECK_EQ(accepts, 1);
    leave(&client);
    tcp_listener_close(t);
    stop();
}

static void test_close_before_accept(void)
{
    struct net_peer client = {0};

    start();
    struct tcp_listener *t = listen_on("127.0.0.1:0");
    join(&client, "127.0.0.1", tcp_listener_port(t));
    tcp_listener_close(t);
    net_peer_wait(&client, &client.ended, 1);
    CHECK_EQ(accepts, 0);
    leave(&client);
    stop();
}

/* A connection that nobody can take is closed, and the next one is served. */
static void test_out_of_memory(void)
{
    struct net_peer client = {0}, later = {0};

    start();
    struct tcp_listener *t = listen_on("127.0.0.1:0");
    join(&client, "127.0.0.1", tcp_listener_port(t));
    mem_fail_at(1);
    net_peer_wait(&client, &client.ended, 1);
    mem_fail_at(0);
    CHECK_EQ(accepts, 0);
    join(&later, "127.0.0.1", tcp_listener_port(t));
    while (accepts == 0)
        loop_turn(loop, true);
    leave(&client);
    leave(&later);
    tcp_listener_close(t);
    stop();
}

/* Four in one turn, of which the second and the fourth cannot be taken: by then the
 * handle that takes such is still closing, so the fourth waits for it, and is
 * then served after all. */
static void test_out_of_memory_twice(void)
{
    struct net_peer clients[4] = {0};

    start();
    let_go = fail_next = true;
    struct tcp_listener *t = listen_on("127.0.0.1:0");
    for (size_t i = 0; i < 4; i++)
        join(&clients[i], "127.0.0.1", tcp_listener_port(t));
    while (accepts < 3)
        loop_turn(loop, true);
    mem_fail_at(0);
    for (size_t i = 0; i < 4; i++)
        net_peer_wait(&clients[i], &clients[i].ended, 1);
    CHECK_EQ(accepts, 3);
    for (size_t i = 0; i < 4; i++)
        leave(&clients[i]);
    tcp_listener_close(t);
    stop();
}

static void test_allocation_failures(void)
{
    struct tcp_listener_options o = {.address = "127.0.0.1:0"};
    struct tcp_listener *t = NULL;

    start();
    mem_fail_at(1);
    CHECK_EQ(tcp_listener_open(loop, &o, &events, &accepts, &t), ERR_NOMEM);
    mem_fail_at(0);
    stop();
}

/* All descriptors in use: connections are closed at once, the loop does not spin,
 * and all is well when there are some again. */
static void test_out_of_descriptors(void)
{
    struct net_peer client = {0}, later = {0};
    struct rlimit before, small;
    int fds[64], len = 0;

    start();
    struct tcp_listener *t = listen_on("127.0.0.1:0");
    join(&client, "127.0.0.1", tcp_listener_port(t));
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    small = before;
    small.rlim_cur = 32;
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &small), 0);
    while (len < 64 && (fds[len] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        len++;
    net_peer_wait(&client, &client.ended, 1);
    CHECK_EQ(accepts, 0);
    for (int i = 0; i < len; i++)
        CHECK_EQ(close(fds[i]), 0);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);

    join(&later, "127.0.0.1", tcp_listener_port(t));
    while (accepts == 0)
        loop_turn(loop, true);
    leave(&client);
    leave(&later);
    tcp_listener_close(t);
    stop();
}

CHECK_MAIN(TEST(test_addresses), TEST(test_bad_addresses),

           TEST(test_port_in_use), TEST(test_address_of_another_machine),
           TEST(test_privileged_port), TEST(test_nobody_wants_it),
           TEST(test_close_before_accept), TEST(test_out_of_memory),
           TEST(test_out_of_memory_twice), TEST(test_allocation_failures),
           TEST(test_out_of_descriptors))
