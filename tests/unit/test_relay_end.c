/* How a relay ends, and how it does not begin.  A thread-test: handshakes run on workers. */
#include "base/mem.h"
#include "net/tcp_listener.h"
#include "relay-server/serve/relay.h"
#include "unit/check.h"
#include "unit/support/relay_rig.h"
#include "unit/support/scratch_folder.h"

static struct relay_rig rig;

/* A relay whose agents want nobody but the bot to answer. */
static void open_waiting(void)
{
    relay_rig_open(&rig);
    rig.wishes = "hookline-answer: bot\n";
}

/* --- the end --- */

static void test_nothing_under_way(void)
{
    relay_rig_open(&rig);
    relay_shutdown(rig.relay);
    CHECK_EQ(rig.closed, 0);
    relay_rig_wait_closed(&rig); /* without any time passing */
    relay_rig_close(&rig);
}

static void test_idle_connections(void)
{
    struct public_request request = relay_rig_webhook("hello");

    relay_rig_open(&rig);
    relay_rig_link(&rig, 0, rig.token, "mybot");
    relay_rig_call(&rig, 1, "mybot.relay.test", true);
    relay_rig_call(&rig, 2, "mybot.relay.test", false);
    CHECK(relay_rig_ask(&rig, 1, &request) && relay_rig_ask(&rig, 2, &request));
    relay_shutdown(rig.relay);
    loopback_wait_end(&rig.clients[2]);
    CHECK_EQ(rig.clients[2].peer.end, ERR_EOF);
    loopback_leave(&rig.clients[2]);
    relay_rig_advance(&rig, 1000); /* HTTP/2 says goodbye in two steps */
    loopback_wait_end(&rig.clients[1]);
    relay_rig_wait_unlinked(&rig, 0);
    CHECK(rig.agents[0].goaways > 0);
    relay_rig_wait_closed(&rig);
    relay_rig_close(&rig);
}

/* Everything that is under way finishes, over either protocol. */
static void test_what_is_under_way_finishes(void)
{
    struct fake_call *held[2];

    open_waiting();
    relay_rig_link(&rig, 0, rig.token, "mybot");
    for (size_t i = 0; i < 2; i++) {
        relay_rig_call(&rig, i + 1, "mybot.relay.test", i);
        held[i] = relay_rig_hold(&rig, i + 1, &rig.agents[0]);
    }
    relay_shutdown(rig.relay);
    relay_rig_advance(&rig, 10000);
    CHECK(!rig.closed && rig.agents[0].goaways > 0);
    for (size_t i = 0; i < 2; i++) {
        CHECK(!held[i]->is_aborted && fake_call_answer(held[i], 200, "ok"));
        exchange_close(held[i]->x);
        CHECK(loopback_wait(&rig.clients[i + 1]));
        CHECK_EQ(rig.clients[i + 1].answer.status, 200);
    }
    CHECK_STR(public_client_field(&rig.clients[1], "connection"), "close");
    loopback_leave(&rig.clients[1]);
    relay_rig_wait_closed(&rig);
    relay_rig_close(&rig);
}

static void test_what_does_not_finish_is_cut(void)
{
    open_waiting();
    relay_rig_link(&rig, 0, rig.token, "mybot");
    relay_rig_call(&rig, 1, "mybot.relay.test", true);
    struct fake_call *held = relay_rig_hold(&rig, 1, &rig.agents[0]);
    relay_shutdown(rig.relay);
    relay_rig_advance(&rig, RELAY_SHUTDOWN_MS - 1000);
    CHECK(!rig.closed && !held->is_aborted);
    relay_rig_advance(&rig, 2000);
    relay_rig_wait_closed(&rig);
    relay_rig_wait_unlinked(&rig, 0);
    CHECK(held->is_aborted);
    CHECK(!loopback_wait(&rig.clients[1]) || rig.clients[1].answer.status == 502);
    relay_rig_close(&rig);
}

static void test_the_second_time_is_at_once(void)
{
    open_waiting();
    relay_rig_link(&rig, 0, rig.token, "mybot");
    relay_rig_call(&rig, 1, "mybot.relay.test", false);
    struct fake_call *held = relay_rig_hold(&rig, 1, &rig.agents[0]);
    relay_rig_call(&rig, 2, "mybot.relay.test", false);
    relay_shutdown(rig.relay);
    relay_rig_advance(&rig, 1000);
    CHECK(!rig.closed);
    relay_shutdown(rig.relay);
    relay_shutdown(rig.relay);
    relay_rig_wait_closed(&rig); /* without any time passing */
    relay_rig_wait_unlinked(&rig, 0);
    CHECK(held->is_aborted);
    relay_rig_close(&rig);
}

/* A client that does not read keeps nobody from ending. */
static void test_the_plain_port_ends_at_once_too(void)
{
    struct public_request request = relay_rig_get("/");

    relay_rig_open(&rig);
    loopback_sit(&rig.clients[1], rig.loop, loopback_tcp(rig.loop, relay_plain_port(rig.relay)),
                 false);
    request.is_begun = request.has_body = true;
    request.body.len = 1000;
    CHECK(relay_rig_ask(&rig, 1, &request)); /* 308, and the body never comes */
    CHECK_EQ(rig.clients[1].answer.status, 308);
    loopback_sit(&rig.clients[2], rig.loop, loopback_tcp(rig.loop, relay_plain_port(rig.relay)),
                 false);
    net_peer_say(&rig.clients[2].peer, "GET / HT"); /* half a head */
    relay_rig_advance(&rig, 100);
    relay_shutdown(rig.relay);
    relay_shutdown(rig.relay);
    relay_rig_wait_closed(&rig); /* without any time passing */
    relay_rig_close(&rig);
}

static void test_reload_while_ending(void)
{
    open_waiting();
    relay_rig_link(&rig, 0, rig.token, "mybot");
    relay_rig_call(&rig, 1, "mybot.relay.test", true);
    struct fake_call *held = relay_rig_hold(&rig, 1, &rig.agents[0]);
    relay_shutdown(rig.relay);
    relay_rig_advance(&rig, 2000);
    CHECK_EQ(relay_reload(rig.relay), OK);
    CHECK(fake_call_answer(held, 200, "ok"));
    exchange_close(held->x);
    CHECK(loopback_wait(&rig.clients[1]));
    CHECK_EQ(rig.clients[1].answer.status, 200);
    relay_rig_close(&rig);
}

/* Wherever a handshake is: on its way, with a worker, done. */
static void test_in_the_middle_of_a_handshake(void)
{
    for (int turns = 0; turns < 12; turns++) {
        relay_rig_open(&rig);
        struct stream *s =
            loopback_tls(rig.loop, relay_port(rig.relay), rig.http1, "relay.test");
        CHECK(public_client_sit(&rig.clients[0], rig.loop, s, false));
        for (int i = 0; i < turns; i++)
            loop_turn(rig.loop, false);
        relay_shutdown(rig.relay);
        if (turns % 2)
            relay_shutdown(rig.relay);
        public_client_close(&rig.clients[0]); /* or the relay waits for it to */
        relay_rig_wait_closed(&rig);
        relay_rig_close(&rig);
    }
}

/* --- what keeps it from beginning --- */

/* It says why, tells nobody of a relay, and leaves nothing behind. */
static void check_fails(const char *part)
{
    CHECK(relay_rig_start(&rig) != OK);
    if (!strstr(rig.options.detail, part))
        CHECK_STR(rig.options.detail, part);
    CHECK(!rig.relay);
    loop_run(rig.loop);
    CHECK_EQ(rig.closed, 0);
    relay_rig_close(&rig);
}

static void test_no_certificate(void)
{
    relay_rig_prepare(&rig);
    rig.identity.key_file = test_pki_path("no-such.key");
    check_fails("no-such.key");
}

static void test_damaged_tokens(void)
{
    relay_rig_prepare(&rig);
    (void)scratch_folder_write_text("tokens.json", "not json", 0600);
    check_fails("tokens.json");
}

static void test_ports_in_use(void)
{
    struct tcp_listener_options other = {.address = "127.0.0.1:0"};
    static const struct tcp_listener_events events = {NULL};
    struct tcp_listener *listener;
    char address[32];

    for (int plain = 0; plain < 2; plain++) {
        relay_rig_prepare(&rig);
        CHECK_EQ(tcp_listener_open(rig.loop, &other, &events, NULL, &listener), OK);
        (void)snprintf(address, sizeof address, "127.0.0.1:%u", tcp_listener_port(listener));
        *(plain ? &rig.options.plain_listen : &rig.options.listen) = address;
        CHECK_EQ(relay_rig_start(&rig), ERR_CONFLICT);
        tcp_listener_close(listener);
        loop_run(rig.loop);
        CHECK(strstr(rig.options.detail, strchr(address, ':') + 1));
        CHECK_EQ(rig.closed, 0);
        relay_rig_close(&rig);
    }
}

static void test_memory_is_out(void)
{
    enum err rc = ERR_NOMEM;
    unsigned long n = 0;

    while (rc != OK) {
        relay_rig_prepare(&rig);
        mem_fail_at(++n);
        rc = relay_rig_start(&rig);
        mem_fail_at(0);
        if (rc != OK)
            loop_run(rig.loop);
        CHECK_EQ(rig.closed, 0);
        relay_rig_close(&rig);
    }
    CHECK(n > 15);
}

CHECK_MAIN(TEST(test_nothing_under_way), TEST(test_idle_connections),
           TEST(test_what_is_under_way_finishes), TEST(test_what_does_not_finish_is_cut),
           TEST(test_the_second_time_is_at_once), TEST(test_the_plain_port_ends_at_once_too),
           TEST(test_reload_while_ending), TEST(test_in_the_middle_of_a_handshake),
           TEST(test_no_certificate), TEST(test_damaged_tokens), TEST(test_ports_in_use),
           TEST(test_memory_is_out))
