#include "net/dial.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"
#include "loop/deadline.h"
#include "net/tcp_listener.h"
#include "unit/support/net_peer.h"

#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

static struct loop *loop;
static struct clock_fake fake;
static struct tcp_listener *listener;
static struct net_peer served, dialled;
static int accepts, connects, failures;
static enum err why;
static char detail[512];

static void on_accept(void *owner, struct stream *stream)
{
    (void)owner;
    if (accepts++ == 0)
        net_peer_sit(&served, loop, stream);
    else
        stream_close(stream);
}

static void on_connected(void *owner, struct stream *stream)
{
    CHECK(owner == &connects && connects + failures == 0);
    connects++;
    CHECK(stream_is_open(stream));
    net_peer_sit(&dialled, loop, stream);
}

static void on_failed(void *owner, enum err e, const char *text)
{
    CHECK(owner == &connects && connects + failures == 0);
    failures++;
    why = e;
    (void)snprintf(detail, sizeof(detail), "%s", text);
}

static const struct dial_events events = {on_connected, on_failed};

static void start(void)
{
    static const struct tcp_listener_events listener_events = {on_accept};
    struct tcp_listener_options o = {.address = "127.0.0.1:0"};

    accepts = connects = failures = 0;
    clock_fake_init(&fake, 1000000);
    CHECK_EQ(loop_new(&fake.base, &loop), OK);
    CHECK_EQ(tcp_listener_open(loop, &o, &listener_events, NULL, &listener), OK);
}

static void stop(void)
{
    net_peer_close(&served);
    net_peer_close(&dialled);
    if (listener)
        tcp_listener_close(listener);
    listener = NULL;
    loop_run(loop);
    net_peer_fini(&served);
    net_peer_fini(&dialled);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static struct dial *dial(const char *host, unsigned port)
{
    struct dial_options o = {.host = host, .port = port, .timeout_ms = 10000};
    struct dial *d = NULL;

    CHECK_EQ(dial_start(loop, &o, &events, &connects, &d), OK);
    CHECK_EQ(connects + failures, 0); /* never from inside the call */
    return d;
}

static void wait_for_end(void)
{
    while (connects + failures == 0)
        loop_turn(loop, true);
}

static void test_connects(void)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost"};

    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        start();
        dial(hosts[i], tcp_listener_port(listener));
        wait_for_end();
        CHECK_EQ(connects, 1);
        net_peer_say(&dialled, "hello"); /* at once: no on_open to wait for */
        while (accepts == 0)
            loop_turn(loop, true);
        net_peer_wait_bytes(&served, 5);
        net_peer_say(&served, "welcome");
        net_peer_wait_bytes(&dialled, 7);
        CHECK_STR(stream_peer(dialled.stream), "127.0.0.1");
        stop();
    }
}

static void test_refused(void)
{
    start();
    unsigned port = tcp_listener_port(listener);
    tcp_listener_close(listener);
    listener = NULL;
    dial("127.0.0.1", port);
    wait_for_end();
    CHECK_EQ(why, ERR_REFUSED);
    char want[128];
    (void)snprintf(want, sizeof(want),
                   "127.0.0.1 port %u: connection refused: nothing listens there", port);
    CHECK_STR(detail, want);
    stop();
}

static void test_unreachable(void)
{
    start();
    dial("fe80::1", 80); /* link-local, and no interface named */
    wait_for_end();
    CHECK_EQ(why, ERR_IO);
    stop();
}

static void test_no_such_host(void)
{
    start();
    dial("nothing.invalid", 443);
    wait_for_end();
    CHECK(why == ERR_NOT_FOUND || why == ERR_IO); /* ERR_IO without a name server */
    CHECK_STR(detail, why == ERR_NOT_FOUND
                          ? "no such host: nothing.invalid"
                          : "the name cannot be resolved now: nothing.invalid");
    stop();
}

static void test_options_that_cannot_be(void)
{
    char long_host[256];
    static const char *const hosts[] = {NULL,           "",    "a b",      "a\r\nb", "[::1]",
                                        "b\xc3\xbc.de", "a/b", "user@host"};
    struct dial_options o = {.port = 80, .timeout_ms = 1};
    struct dial *d;

    start();
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        o.host = hosts[i];
        CHECK_EQ(dial_start(loop, &o, &events, &connects, &d), ERR_CONFIG);
    }
    o.host = "localhost";
    o.port = 0;
    CHECK_EQ(dial_start(loop, &o, &events, &connects, &d), ERR_CONFIG);
    o.port = 65536;
    CHECK_EQ(dial_start(loop, &o, &events, &connects, &d), ERR_CONFIG);
    memset(long_host, 'a', sizeof(long_host));
    long_host[254] = '\0';
    o.host = long_host;
    o.port = 80;
    CHECK_EQ(dial_start(loop, &o, &events, &connects, &d), ERR_CONFIG);
    long_host[253] = '\0'; /* allowed, and no such host */
    dial(long_host, 80);
    wait_for_end();
    CHECK_EQ(failures, 1);
    stop();
}

/* --- an address that never answers: a listener whose backlog is full --- */

struct silence {
    int listening, clients[16];
    unsigned port;
};

static void silence_open(struct silence *s)
{
    struct sockaddr_in address;
    socklen_t len = sizeof(address);

    CHECK_EQ(uv_ip4_addr("127.0.0.1", 0, &address), 0);
    s->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(s->listening, (const struct sockaddr *)&address, len), 0);
    CHECK_EQ(listen(s->listening, 0), 0);
    CHECK_EQ(getsockname(s->listening, (struct sockaddr *)&address, &len), 0);
    s->port = ntohs(address.sin_port);
    for (size_t i = 0; i < ARRAY_LEN(s->clients); i++) {
        s->clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        CHECK(s->clients[i] >= 0);
        (void)connect(s->clients[i], (const struct sockaddr *)&address, len);
    }
}

static void silence_close(struct silence *s)
{
    for (size_t i = 0; i < ARRAY_LEN(s->clients); i++)
        (void)close(s->clients[i]);
    (void)close(s->listening);
}

static void test_attempt_times_out(void)
{
    struct silence silence;

    start();
    silence_open(&silence);
    dial("127.0.0.1", silence.port);
    for (int i = 0; i < 5; i++)
        loop_turn(loop, false);
    clock_fake_advance(&fake, 2999 * 1000);
    deadline_run_due(loop);
    CHECK_EQ(failures, 0);
    clock_fake_advance(&fake, 1000);
    deadline_run_due(loop); /* 3 s for one address, and there is no other */
    CHECK_EQ(failures, 1);
    CHECK_EQ(why, ERR_TIMEOUT);
    CHECK(strstr(detail, "127.0.0.1 port ") != NULL);
    CHECK(strstr(detail, "no answer in time") != NULL);
    stop();
    silence_close(&silence);
}

static void test_total_time_is_over(void)
{
    struct silence silence;
    struct dial_options o = {.host = "127.0.0.1", .timeout_ms = 500};
    struct dial *d;

    start();
    silence_open(&silence);
    o.port = silence.port;
    CHECK_EQ(dial_start(loop, &o, &events, &connects, &d), OK);
    for (int i = 0; i < 5; i++)
        loop_turn(loop, false);
    clock_fake_advance(&fake, 500 * 1000);
    deadline_run_due(loop);
    CHECK_EQ(why, ERR_TIMEOUT);
    CHECK_EQ(failures, 1);
    stop();
    silence_close(&silence);
}

static void test_resolver_out_of_time(void)
{
    start();
    dial("nothing.invalid", 443);
    clock_fake_advance(&fake, 10000 * 1000);
    deadline_run_due(loop);
    CHECK_EQ(failures, 1);
    CHECK_EQ(why, ERR_TIMEOUT);
    CHECK_STR(detail, "no answer from the name server for nothing.invalid port 443 in time");
    stop();
}

/* --- cancelled --- */

static void test_cancel_at_every_turn(void)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "nothing.invalid"};

    for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
        for (int turns = 0, over = 0; !over; turns++) {
            start();
            struct dial *d = dial(hosts[i], tcp_listener_port(listener));
            for (int t = 0; t < turns && connects + failures == 0; t++)
                loop_turn(loop, true);
            over = connects + failures;
            if (!over)
                dial_cancel(d);
            for (int t = 0; t < 3; t++)
                loop_turn(loop, false);
            CHECK_EQ(connects + failures, over);
            stop();
        }
}

static void test_allocation_failures(void)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost"};

    for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
        for (unsigned long n = 1;; n++) {
            struct dial_options o = {.host = hosts[i], .timeout_ms = 1000};
            struct dial *d;
            start();
            o.port = tcp_listener_port(listener);
            mem_fail_at(n);
            enum err e = dial_start(loop, &o, &events, &connects, &d);
            if (e == OK)
                wait_for_end();
            mem_fail_at(0);
            bool ok = e == OK && connects == 1;
            CHECK(ok || e == ERR_NOMEM || why == ERR_NOMEM);
            stop();
            if (ok)
                break;
        }
}

CHECK_MAIN(TEST(test_connects), TEST(test_refused), TEST(test_unreachable),
           TEST(test_no_such_host), TEST(test_options_that_cannot_be),
           TEST(test_attempt_times_out), TEST(test_total_time_is_over),
           TEST(test_resolver_out_of_time), TEST(test_cancel_at_every_turn),
           TEST(test_allocation_failures))
