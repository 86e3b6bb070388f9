/* The public port: who gets in, for how long, and how it ends. */
#include "relay-server/ingress/ingress.h"

#include "base/log.h"
#include "base/mem.h"
#include "http/problem.h"
#include "unit/check.h"
#include "unit/support/port_rig.h"
#include "unit/support/test_pki.h"

static struct port_rig rig;

/* --- protocols --- */

static void test_plain(void)
{
    port_rig_open(&rig, false, 10);
    port_rig_call(&rig, 0);
    CHECK(port_rig_ask(&rig, 0) && port_rig_ask(&rig, 0));
    public_client_check_problem(&rig.clients[0], &port_rig_answer);
    CHECK_EQ(rig.requests, 2);
    CHECK_STR(rig.server_name, "");
    port_rig_close(&rig);
}

static void check_alpn(const char *const *offers, bool is_h2)
{
    port_rig_open(&rig, true, 10);
    port_rig_call_tls(&rig, 0, offers, "localhost", is_h2);
    CHECK(port_rig_ask(&rig, 0));
    public_client_check_problem(&rig.clients[0], &port_rig_answer);
    CHECK_STR(rig.server_name, "localhost");
    port_rig_close(&rig);
}

static void test_protocols(void)
{
    static const char *const h2[] = {"h2", NULL};
    static const char *const h1[] = {"http/1.1", NULL};
    static const char *const h10[] = {"http/1.0", NULL};

    check_alpn(h2, true);
    check_alpn(port_rig_alpn, true); /* ours first: h2 */
    check_alpn(h1, false);
    check_alpn(h10, false);
    check_alpn(NULL, false);
}

static void test_unknown_protocol(void)
{
    static const char *const spdy[] = {"spdy/1", NULL};

    port_rig_open(&rig, true, 10);
    port_rig_call_tls(&rig, 0, spdy, "localhost", false);
    CHECK_EQ(rig.clients[0].peer.end, ERR_TLS);
    port_rig_await(&rig, 0);
    CHECK_EQ(rig.requests, 0);
    port_rig_close(&rig);
}

static void test_no_server_name(void)
{
    port_rig_open(&rig, true, 10);
    port_rig_call_tls(&rig, 0, NULL, "127.0.0.1", false);
    CHECK(port_rig_ask(&rig, 0));
    CHECK_STR(rig.server_name, "");
    port_rig_close(&rig);
}

/* --- the handshake --- */

static void check_handshake_deadline(const char *bytes, size_t len)
{
    port_rig_open(&rig, true, 10);
    port_rig_call(&rig, 0);
    if (len > 0)
        CHECK_EQ(stream_write(rig.clients[0].peer.stream, bytes, len), OK);
    port_rig_await(&rig, 1);
    port_rig_advance(&rig, INGRESS_HANDSHAKE_MS - 1);
    CHECK(!rig.clients[0].peer.ended);
    port_rig_advance(&rig, 1);
    loopback_wait_end(&rig.clients[0]);
    port_rig_await(&rig, 0);
    port_rig_close(&rig);
}

static void test_handshake_that_does_not_come(void)
{
    check_handshake_deadline("", 0);
    check_handshake_deadline("\x16\x03\x01\x02\x00\x01\x00", 7); /* half a ClientHello */
}

static void test_no_handshake_at_all(void)
{
    struct public_request request = {.method = "GET", .authority = "localhost", .target = "/"};

    port_rig_open(&rig, true, 10);
    port_rig_call(&rig, 0);
    CHECK(public_client_send(&rig.clients[0], &request));
    loopback_wait_end(&rig.clients[0]);
    port_rig_await(&rig, 0);
    CHECK_EQ(rig.requests, 0);
    port_rig_close(&rig);
}

/* The deadline is the handshake's, not the connection's. */
static void test_deadline_ends_with_the_handshake(void)
{
    port_rig_open(&rig, true, 10);
    port_rig_call_tls(&rig, 0, NULL, "localhost", false);
    CHECK(port_rig_ask(&rig, 0));
    port_rig_advance(&rig, INGRESS_HANDSHAKE_MS + 1000);
    CHECK(port_rig_ask(&rig, 0));
    port_rig_close(&rig);
}

/* --- how many --- */

static void test_too_many_connections(void)
{
    port_rig_open(&rig, false, 2);
    port_rig_call(&rig, 0);
    port_rig_call(&rig, 1);
    CHECK(port_rig_ask(&rig, 0) && port_rig_ask(&rig, 1));
    port_rig_call(&rig, 2);
    loopback_wait_end(&rig.clients[2]);
    CHECK_EQ(ingress_connections(rig.ingress), 2);
    CHECK(port_rig_ask(&rig, 0)); /* those who are in stay in */
    loopback_leave(&rig.clients[1]);
    port_rig_await(&rig, 1);
    port_rig_call(&rig, 3);
    CHECK(port_rig_ask(&rig, 3));
    port_rig_close(&rig);
}

/* --- the end --- */

static void test_shutdown(void)
{
    unsigned port;

    port_rig_open(&rig, true, 10);
    port = ingress_port(rig.ingress);
    port_rig_call_tls(&rig, 0, NULL, "localhost", false); /* idle */
    CHECK(port_rig_ask(&rig, 0));
    port_rig_call_tls(&rig, 1, port_rig_alpn, "localhost",
                      true); /* in the middle of a request */
    port_rig_hold(&rig, 1);
    port_rig_call(&rig, 2); /* in the middle of a handshake */
    port_rig_await(&rig, 3);
    ingress_shutdown(rig.ingress);
    loopback_wait_end(&rig.clients[0]);
    CHECK_EQ(rig.clients[0].peer.end, ERR_EOF);
    loopback_wait_end(&rig.clients[2]);
    CHECK(!rig.closed && !rig.clients[1].is_lost);
    rig.clients[3] = (struct public_client){0};
    loopback_sit(&rig.clients[3], rig.loop, loopback_tcp(rig.loop, port), false);
    CHECK_EQ(rig.clients[3].peer.end, ERR_REFUSED);

    problem_refuse(rig.held, &port_rig_answer);
    CHECK(loopback_wait(&rig.clients[1]));
    public_client_check_problem(&rig.clients[1], &port_rig_answer);
    ingress_shutdown(rig.ingress);
    loopback_leave(&rig.clients[0]);
    port_rig_advance(&rig, 1000);
    port_rig_advance(&rig, 1000);
    port_rig_wait_closed(&rig);
    port_rig_close(&rig);
}

static void test_close(void)
{
    port_rig_open(&rig, true, 10);
    port_rig_call_tls(&rig, 0, port_rig_alpn, "localhost", true);
    port_rig_hold(&rig, 0);
    port_rig_call_tls(&rig, 1, NULL, "localhost", false);
    port_rig_call(&rig, 2);
    port_rig_await(&rig, 3);
    ingress_shutdown(rig.ingress);
    ingress_close(rig.ingress);
    ingress_close(rig.ingress);
    exchange_let_go(rig.held);
    port_rig_wait_closed(&rig);
    for (size_t i = 0; i < 3; i++)
        loopback_wait_end(&rig.clients[i]);
    port_rig_close(&rig);
}

static void test_close_without_connections(void)
{
    port_rig_open(&rig, false, 10);
    ingress_close(rig.ingress);
    CHECK_EQ(rig.closed, 0); /* never from inside the call */
    port_rig_wait_closed(&rig);
    port_rig_close(&rig);
}

/* --- what can go wrong --- */

static void test_port_in_use(void)
{
    struct ingress_options options = {.connections_max = 1};
    struct ingress *other;
    char address[32];

    port_rig_open(&rig, false, 10);
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", ingress_port(rig.ingress));
    options.address = address;
    CHECK_EQ(ingress_open(rig.loop, &options, &port_rig_events, &rig, &other), ERR_CONFLICT);
    CHECK(strstr(options.detail, "port"));
    port_rig_close(&rig);
}

static void test_allocations_fail(void)
{
    struct public_request request = {.method = "GET", .authority = "localhost", .target = "/"};
    unsigned long n = 1, good = 0;

    for (; good < 10; n++) {
        port_rig_open(&rig, false, 10);
        port_rig_call(&rig, 0);
        mem_fail_at(n);
        bool sent = public_client_send(&rig.clients[0], &request);
        for (int i = 0; i < 20; i++)
            loop_turn(rig.loop, false);
        mem_fail_at(0);
        good = sent && loopback_wait(&rig.clients[0]) ? good + 1 : 0;
        port_rig_close(&rig);
    }
    CHECK(n > 10);
}

CHECK_MAIN(TEST(test_plain), TEST(test_protocols), TEST(test_unknown_protocol),
           TEST(test_no_server_name), TEST(test_handshake_that_does_not_come),
           TEST(test_no_handshake_at_all), TEST(test_deadline_ends_with_the_handshake),
           TEST(test_too_many_connections), TEST(test_shutdown), TEST(test_close),
           TEST(test_close_without_connections), TEST(test_port_in_use),
           TEST(test_allocations_fail))
