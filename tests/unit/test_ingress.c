/* The public port: who gets in, for how long, and how it ends. */
#include "relay-server/ingress/ingress.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/problem.h"
#include "loop/deadline.h"
#include "unit/check.h"
#include "unit/support/loopback.h"
#include "unit/support/test_pki.h"

#include <signal.h>
#include <unistd.h>

#define CLIENTS 4

static const char *const alpn[] = {"h2", "http/1.1", "http/1.0", NULL};
static const struct problem hello = {
    .status = 418, .title = "Hello", .detail = "from the port"};

static struct clock_fake clock_now;
static struct loop *loop;
static struct tls_context *tls;
static struct ingress *ingress;
static struct public_client clients[CLIENTS];
static struct exchange *held; /* the next request, if `holds` */
static bool holds;
static unsigned requests, closed;
static char server_name[300];
static unsigned long live;

static void on_request(void *owner, const struct ingress_request *request)
{
    CHECK(owner == &ingress && request->conn && !closed);
    requests++;
    (void)snprintf(server_name, sizeof server_name, "%s", request->server_name);
    if (holds)
        held = request->exchange;
    else
        problem_refuse(request->exchange, &hello);
}

static void on_closed(void *owner)
{
    CHECK(owner == &ingress);
    closed++;
    ingress = NULL;
}

static const struct ingress_events events = {on_request, on_closed};

static void set_up(bool with_tls, size_t connections_max)
{
    struct ingress_options options = {.address = "127.0.0.1:0",
                                      .connections_max = connections_max};

    log_set_level(LOG_ERROR);
    (void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)test_pki_localhost();
    live = mem_live();
    clock_fake_init(&clock_now, 1795894305000);
    CHECK_EQ(loop_new(&clock_now.base, &loop), OK);
    tls = with_tls ? test_pki_server(NULL, alpn) : NULL;
    options.tls = tls;
    CHECK_EQ(ingress_open(loop, &options, &events, &ingress, &ingress), OK);
    CHECK(ingress_port(ingress) > 0);
    holds = false;
    held = NULL;
    requests = closed = 0;
}

static void wait_closed(void)
{
    while (!closed)
        loop_turn(loop, true);
}

static void tear_down(void)
{
    for (size_t i = 0; i < CLIENTS; i++)
        loopback_leave(&clients[i]);
    if (ingress)
        ingress_close(ingress);
    wait_closed();
    CHECK_EQ(closed, 1);
    tls_context_put(tls);
    loop_free(loop);
    CHECK_EQ(mem_live(), live);
}

static void advance(uint64_t ms)
{
    clock_fake_advance(&clock_now, ms * 1000);
    deadline_run_due(loop);
    for (int i = 0; i < 8; i++)
        loop_turn(loop, false);
}

static void call(size_t i)
{
    loopback_sit(&clients[i], loop, loopback_tcp(loop, ingress_port(ingress)), false);
}

static void call_tls(size_t i, const char *const *offers, const char *host, bool is_h2)
{
    struct tls_context *context = test_pki_client(NULL, offers);

    loopback_sit(&clients[i], loop, loopback_tls(loop, ingress_port(ingress), context, host),
                 is_h2);
    tls_context_put(context);
}

static bool ask(size_t i)
{
    struct public_request request = {.method = "GET", .authority = "localhost", .target = "/"};

    return loopback_ask(&clients[i], &request);
}

static void turn_until_connections(size_t count)
{
    while (ingress_connections(ingress) != count)
        loop_turn(loop, true);
}

/* --- another process's socket, and a pause --- */

/* Who comes during the pause is served after it, and the port is the same. */
static void test_pause(void)
{
    set_up(true, 10);
    unsigned port = ingress_port(ingress);
    CHECK(ingress_descriptor(ingress) > 2);
    CHECK_EQ(ingress_resume(ingress), OK); /* not paused */
    CHECK_EQ(ingress_pause(ingress), OK);
    CHECK_EQ(ingress_pause(ingress), OK);
    CHECK_EQ(ingress_descriptor(ingress), 0);
    CHECK_EQ(ingress_port(ingress), 0);

    struct tls_context *context = test_pki_client(NULL, alpn);
    struct stream *s = loopback_tls(loop, port, context, "localhost");
    CHECK(public_client_sit(&clients[0], loop, s, true));
    for (int i = 0; i < 20; i++)
        loop_turn(loop, false);
    CHECK_EQ(ingress_connections(ingress), 0);
    CHECK_EQ(ingress_resume(ingress), OK);
    CHECK_EQ(ingress_port(ingress), port);
    CHECK(ask(0));
    public_client_check_problem(&clients[0], &hello);
    tls_context_put(context);
    tear_down();
}

static void test_end_while_paused(void)
{
    static void (*const ends[])(struct ingress *) = {ingress_retire, ingress_shutdown,
                                                     ingress_close};

    for (size_t i = 0; i < 3; i++) {
        set_up(false, 10);
        CHECK_EQ(ingress_pause(ingress), OK);
        ends[i](ingress);
        wait_closed();
        tear_down();
    }
}

static void test_given_socket(void)
{
    struct ingress_options options = {.connections_max = 10};
    struct ingress *first;

    set_up(false, 10);
    options.fd = dup(ingress_descriptor(ingress));
    CHECK(options.fd > 2);
    unsigned port = ingress_port(ingress);
    first = ingress;
    CHECK_EQ(ingress_open(loop, &options, &events, &ingress, &ingress), OK);
    CHECK_EQ(close(options.fd), 0);
    CHECK_EQ(ingress_port(ingress), port);
    CHECK_EQ(ingress_pause(first), OK);
    call(0);
    CHECK(ask(0));
    CHECK_EQ(ingress_connections(first), 0);
    CHECK_EQ(ingress_connections(ingress), 1);
    struct ingress *second = ingress;
    ingress_close(first);
    wait_closed();
    closed = 0;
    ingress = second;
    tear_down();
}

/* --- protocols --- */

static void test_plain(void)
{
    set_up(false, 10);
    call(0);
    CHECK(ask(0) && ask(0));
    public_client_check_problem(&clients[0], &hello);
    CHECK_EQ(requests, 2);
    CHECK_STR(server_name, "");
    tear_down();
}

static void check_alpn(const char *const *offers, bool is_h2)
{
    set_up(true, 10);
    call_tls(0, offers, "localhost", is_h2);
    CHECK(ask(0));
    public_client_check_problem(&clients[0], &hello);
    CHECK_STR(server_name, "localhost");
    tear_down();
}

static void test_protocols(void)
{
    static const char *const h2[] = {"h2", NULL};
    static const char *const h1[] = {"http/1.1", NULL};
    static const char *const h10[] = {"http/1.0", NULL};

    check_alpn(h2, true);
    check_alpn(alpn, true); /* ours first: h2 */
    check_alpn(h1, false);
    check_alpn(h10, false);
    check_alpn(NULL, false);
}

static void test_unknown_protocol(void)
{
    static const char *const spdy[] = {"spdy/1", NULL};

    set_up(true, 10);
    call_tls(0, spdy, "localhost", false);
    CHECK_EQ(clients[0].peer.end, ERR_TLS);
    turn_until_connections(0);
    CHECK_EQ(requests, 0);
    tear_down();
}

static void test_no_server_name(void)
{
    set_up(true, 10);
    call_tls(0, NULL, "127.0.0.1", false);
    CHECK(ask(0));
    CHECK_STR(server_name, "");
    tear_down();
}

/* --- the handshake --- */

static void check_handshake_deadline(const char *bytes, size_t len)
{
    set_up(true, 10);
    call(0);
    if (len > 0)
        CHECK_EQ(stream_write(clients[0].peer.stream, bytes, len), OK);
    turn_until_connections(1);
    advance(INGRESS_HANDSHAKE_MS - 1);
    CHECK(!clients[0].peer.ended);
    advance(1);
    loopback_wait_end(&clients[0]);
    turn_until_connections(0);
    tear_down();
}

static void test_handshake_that_does_not_come(void)
{
    check_handshake_deadline("", 0);
    check_handshake_deadline("\x16\x03\x01\x02\x00\x01\x00", 7); /* half a ClientHello */
}

static void test_no_handshake_at_all(void)
{
    struct public_request request = {.method = "GET", .authority = "localhost", .target = "/"};

    set_up(true, 10);
    call(0);
    CHECK(public_client_send(&clients[0], &request));
    loopback_wait_end(&clients[0]);
    turn_until_connections(0);
    CHECK_EQ(requests, 0);
    tear_down();
}

/* The deadline is the handshake's, not the connection's. */
static void test_deadline_ends_with_the_handshake(void)
{
    set_up(true, 10);
    call_tls(0, NULL, "localhost", false);
    CHECK(ask(0));
    advance(INGRESS_HANDSHAKE_MS + 1000);
    CHECK(ask(0));
    tear_down();
}

/* --- how many --- */

static void test_too_many_connections(void)
{
    set_up(false, 2);
    call(0);
    call(1);
    CHECK(ask(0) && ask(1));
    call(2);
    loopback_wait_end(&clients[2]);
    CHECK_EQ(ingress_connections(ingress), 2);
    CHECK(ask(0)); /* those who are in stay in */
    loopback_leave(&clients[1]);
    turn_until_connections(1);
    call(3);
    CHECK(ask(3));
    tear_down();
}

/* --- the end --- */

static void hold_request(size_t i)
{
    struct public_request request = {.method = "GET", .authority = "localhost", .target = "/"};

    holds = true;
    CHECK(public_client_send(&clients[i], &request));
    while (!held)
        loop_turn(loop, true);
    holds = false;
}

/* Idle, or not yet open: it may still ask once; in the middle of a request: it is answered. */
static void test_retire(void)
{
    set_up(true, 10);
    unsigned port = ingress_port(ingress);
    call_tls(0, NULL, "localhost", false);
    CHECK(ask(0));
    call_tls(1, alpn, "localhost", true);
    hold_request(1);
    struct tls_context *context = test_pki_client(NULL, NULL);
    struct stream *s = loopback_tls(loop, port, context, "localhost");
    CHECK(public_client_sit(&clients[2], loop, s, false));
    turn_until_connections(3);
    ingress_retire(ingress);
    clients[3] = (struct public_client){0};
    loopback_sit(&clients[3], loop, loopback_tcp(loop, port), false);
    CHECK_EQ(clients[3].peer.end, ERR_REFUSED);

    holds = false;
    problem_refuse(held, &hello);
    CHECK(loopback_wait(&clients[1]));
    for (size_t i = 0; i < 3; i += 2) { /* HTTP/2 has heard GOAWAY */
        CHECK(ask(i));
        public_client_check_problem(&clients[i], &hello);
    }
    CHECK_STR(public_client_field(&clients[0], "connection"), "close");
    CHECK_STR(public_client_field(&clients[2], "connection"), "close");
    CHECK(!closed);
    loopback_leave(&clients[0]);
    loopback_leave(&clients[2]);
    advance(1000);
    advance(1000);
    wait_closed();
    tls_context_put(context);
    tear_down();
}

/* The end may come sooner than they think. */
static void test_shutdown_while_it_retires(void)
{
    set_up(true, 10);
    call_tls(0, NULL, "localhost", false);
    CHECK(ask(0));
    ingress_retire(ingress);
    ingress_shutdown(ingress);
    loopback_wait_end(&clients[0]);
    CHECK_EQ(clients[0].peer.end, ERR_EOF);
    loopback_leave(&clients[0]);
    wait_closed();
    tear_down();
}

static void test_shutdown(void)
{
    unsigned port;

    set_up(true, 10);
    port = ingress_port(ingress);
    call_tls(0, NULL, "localhost", false); /* idle */
    CHECK(ask(0));
    call_tls(1, alpn, "localhost", true); /* in the middle of a request */
    hold_request(1);
    call(2); /* in the middle of a handshake */
    turn_until_connections(3);
    ingress_shutdown(ingress);
    loopback_wait_end(&clients[0]);
    CHECK_EQ(clients[0].peer.end, ERR_EOF);
    loopback_wait_end(&clients[2]);
    CHECK(!closed && !clients[1].is_lost);
    clients[3] = (struct public_client){0};
    loopback_sit(&clients[3], loop, loopback_tcp(loop, port), false);
    CHECK_EQ(clients[3].peer.end, ERR_REFUSED);

    problem_refuse(held, &hello);
    CHECK(loopback_wait(&clients[1]));
    public_client_check_problem(&clients[1], &hello);
    ingress_shutdown(ingress);
    loopback_leave(&clients[0]);
    advance(1000);
    advance(1000);
    wait_closed();
    tear_down();
}

static void test_close(void)
{
    set_up(true, 10);
    call_tls(0, alpn, "localhost", true);
    hold_request(0);
    call_tls(1, NULL, "localhost", false);
    call(2);
    turn_until_connections(3);
    ingress_shutdown(ingress);
    ingress_close(ingress);
    ingress_close(ingress);
    exchange_let_go(held);
    wait_closed();
    for (size_t i = 0; i < 3; i++)
        loopback_wait_end(&clients[i]);
    tear_down();
}

static void test_close_without_connections(void)
{
    set_up(false, 10);
    ingress_close(ingress);
    CHECK_EQ(closed, 0); /* never from inside the call */
    wait_closed();
    tear_down();
}

/* --- what can go wrong --- */

static void test_port_in_use(void)
{
    struct ingress_options options = {.connections_max = 1};
    struct ingress *other;
    char address[32];

    set_up(false, 10);
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", ingress_port(ingress));
    options.address = address;
    CHECK_EQ(ingress_open(loop, &options, &events, &ingress, &other), ERR_CONFLICT);
    CHECK(strstr(options.detail, "port"));
    tear_down();
}

static void test_allocations_fail(void)
{
    struct public_request request = {.method = "GET", .authority = "localhost", .target = "/"};
    unsigned long n = 1, good = 0;

    for (; good < 10; n++) {
        set_up(false, 10);
        call(0);
        mem_fail_at(n);
        bool sent = public_client_send(&clients[0], &request);
        for (int i = 0; i < 20; i++)
            loop_turn(loop, false);
        mem_fail_at(0);
        good = sent && loopback_wait(&clients[0]) ? good + 1 : 0;
        tear_down();
    }
    CHECK(n > 10);
}

CHECK_MAIN(TEST(test_pause), TEST(test_end_while_paused), TEST(test_given_socket),
           TEST(test_retire), TEST(test_shutdown_while_it_retires), TEST(test_plain),
           TEST(test_protocols), TEST(test_unknown_protocol), TEST(test_no_server_name),
           TEST(test_handshake_that_does_not_come), TEST(test_no_handshake_at_all),
           TEST(test_deadline_ends_with_the_handshake), TEST(test_too_many_connections),
           TEST(test_shutdown), TEST(test_close), TEST(test_close_without_connections),
           TEST(test_port_in_use), TEST(test_allocations_fail))
