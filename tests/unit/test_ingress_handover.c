/* A public port that another process shares, or takes over. */
#include "relay-server/ingress/ingress.h"

#include "base/log.h"
#include "base/mem.h"
#include "http/problem.h"
#include "unit/check.h"
#include "unit/support/port_rig.h"
#include "unit/support/test_pki.h"

#include <unistd.h>

static struct port_rig rig;

/* Who comes during the pause is served after it, and the port is the same. */
static void test_pause(void)
{
    port_rig_open(&rig, true, 10);
    unsigned port = ingress_port(rig.ingress);
    CHECK(ingress_descriptor(rig.ingress) > 2);
    CHECK_EQ(ingress_resume(rig.ingress), OK); /* not paused */
    CHECK_EQ(ingress_pause(rig.ingress), OK);
    CHECK_EQ(ingress_pause(rig.ingress), OK);
    CHECK_EQ(ingress_descriptor(rig.ingress), 0);
    CHECK_EQ(ingress_port(rig.ingress), 0);

    struct tls_context *context = test_pki_client(NULL, port_rig_alpn);
    struct stream *s = loopback_tls(rig.loop, port, context, "localhost");
    CHECK(public_client_sit(&rig.clients[0], rig.loop, s, true));
    for (int i = 0; i < 20; i++)
        loop_turn(rig.loop, false);
    CHECK_EQ(ingress_connections(rig.ingress), 0);
    CHECK_EQ(ingress_resume(rig.ingress), OK);
    CHECK_EQ(ingress_port(rig.ingress), port);
    CHECK(port_rig_ask(&rig, 0));
    public_client_check_problem(&rig.clients[0], &port_rig_answer);
    tls_context_put(context);
    port_rig_close(&rig);
}

static void test_end_while_paused(void)
{
    static void (*const ends[])(struct ingress *) = {ingress_retire, ingress_shutdown,
                                                     ingress_close};

    for (size_t i = 0; i < 3; i++) {
        port_rig_open(&rig, false, 10);
        CHECK_EQ(ingress_pause(rig.ingress), OK);
        ends[i](rig.ingress);
        port_rig_wait_closed(&rig);
        port_rig_close(&rig);
    }
}

static void test_given_socket(void)
{
    struct ingress_options options = {.connections_max = 10};
    struct ingress *first;

    port_rig_open(&rig, false, 10);
    options.fd = dup(ingress_descriptor(rig.ingress));
    CHECK(options.fd > 2);
    unsigned port = ingress_port(rig.ingress);
    first = rig.ingress;
    CHECK_EQ(ingress_open(rig.loop, &options, &port_rig_events, &rig, &rig.ingress), OK);
    CHECK_EQ(close(options.fd), 0);
    CHECK_EQ(ingress_port(rig.ingress), port);
    CHECK_EQ(ingress_pause(first), OK);
    port_rig_call(&rig, 0);
    CHECK(port_rig_ask(&rig, 0));
    CHECK_EQ(ingress_connections(first), 0);
    CHECK_EQ(ingress_connections(rig.ingress), 1);
    struct ingress *second = rig.ingress;
    ingress_close(first);
    port_rig_wait_closed(&rig);
    rig.closed = 0;
    rig.ingress = second;
    port_rig_close(&rig);
}

/* Idle, or not yet open: it may still ask once; in the middle of a request: it is answered. */
static void test_retire(void)
{
    port_rig_open(&rig, true, 10);
    unsigned port = ingress_port(rig.ingress);
    port_rig_call_tls(&rig, 0, NULL, "localhost", false);
    CHECK(port_rig_ask(&rig, 0));
    port_rig_call_tls(&rig, 1, port_rig_alpn, "localhost", true);
    port_rig_hold(&rig, 1);
    struct tls_context *context = test_pki_client(NULL, NULL);
    struct stream *s = loopback_tls(rig.loop, port, context, "localhost");
    CHECK(public_client_sit(&rig.clients[2], rig.loop, s, false));
    port_rig_await(&rig, 3);
    ingress_retire(rig.ingress);
    rig.clients[3] = (struct public_client){0};
    loopback_sit(&rig.clients[3], rig.loop, loopback_tcp(rig.loop, port), false);
    CHECK_EQ(rig.clients[3].peer.end, ERR_REFUSED);

    problem_refuse(rig.held, &port_rig_answer);
    CHECK(loopback_wait(&rig.clients[1]));
    for (size_t i = 0; i < 3; i += 2) { /* HTTP/2 has heard GOAWAY */
        CHECK(port_rig_ask(&rig, i));
        public_client_check_problem(&rig.clients[i], &port_rig_answer);
    }
    CHECK_STR(public_client_field(&rig.clients[0], "connection"), "close");
    CHECK_STR(public_client_field(&rig.clients[2], "connection"), "close");
    CHECK(!rig.closed);
    loopback_leave(&rig.clients[0]);
    loopback_leave(&rig.clients[2]);
    port_rig_advance(&rig, 1000);
    port_rig_advance(&rig, 1000);
    port_rig_wait_closed(&rig);
    tls_context_put(context);
    port_rig_close(&rig);
}

/* The end may come sooner than they think. */
static void test_shutdown_while_it_retires(void)
{
    port_rig_open(&rig, true, 10);
    port_rig_call_tls(&rig, 0, NULL, "localhost", false);
    CHECK(port_rig_ask(&rig, 0));
    ingress_retire(rig.ingress);
    ingress_shutdown(rig.ingress);
    loopback_wait_end(&rig.clients[0]);
    CHECK_EQ(rig.clients[0].peer.end, ERR_EOF);
    loopback_leave(&rig.clients[0]);
    port_rig_wait_closed(&rig);
    port_rig_close(&rig);
}

CHECK_MAIN(TEST(test_pause), TEST(test_end_while_paused), TEST(test_given_socket),
           TEST(test_retire), TEST(test_shutdown_while_it_retires))
