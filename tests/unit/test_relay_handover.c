/* A whole relay that another process takes over.
 * A thread-test: handshakes and the inbox run on workers. */
#include "link/link_handshake.h"
#include "relay-server/handover/handover_text.h"
#include "relay-server/inbox/inbox.h"
#include "relay-server/links/agent_wait.h"
#include "relay-server/problem_table.h"
#include "relay-server/serve/relay_impl.h"
#include "unit/check.h"
#include "unit/support/heir.h"
#include "unit/support/scratch_folder.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct heir heir;

/* How many the new one finds in the inbox. */
static uint64_t count_kept(void)
{
    struct inbox *inbox = heir_open_inbox(&heir);
    uint64_t kept = inbox_counts_all(inbox).kept;

    heir_close_inbox(&heir, inbox);
    return kept;
}

/* --- the way it should be --- */

static void test_hand_over(void)
{
    struct stat st;

    heir_open(&heir);
    relay_rig_link(&heir.rig, 0, heir.rig.token, "mybot");
    heir_call(&heir, 2);
    heir_take(&heir);
    CHECK(stat(heir.rig.options.control_socket, &st) != 0);
    CHECK(stat(heir.rig.options.takeover_socket, &st) != 0);
    heir_send_get(&heir, 2);
    heir_check_waits(&heir, 2);
    heir_serve(&heir);
    heir_check_status(&heir, 2, 200);
    CHECK_EQ(heir.successor.calls_len, 1);
    CHECK_STR(heir.successor.calls[0]->target, "/page");
    CHECK_STR(heir.successor.calls[0]->authority, "mybot.relay.test");
    CHECK_STR(fake_call_field(heir.successor.calls[0], HANDOVER_FIELD_PEER), "127.0.0.1");
    CHECK_STR(public_client_field(heir_client(&heir, 2), "connection"), "close");
    CHECK_EQ(heir.rig.agents[0].calls_len, 0);
    loopback_leave(heir_client(&heir, 2));
    relay_rig_advance(&heir.rig, 1000);
    relay_rig_wait_unlinked(&heir.rig, 0);
    CHECK_EQ(heir.rig.agents[0].goaways, 1);
    CHECK_EQ(heir.rig.agents[0].takeovers, 0);
    relay_rig_wait_closed(&heir.rig);
    heir_close(&heir);
}

static void test_nothing_under_way(void)
{
    heir_open(&heir);
    heir_take(&heir);
    heir_serve(&heir);
    relay_rig_wait_closed(&heir.rig); /* without any time passing */
    heir_close(&heir);
}

/* Who comes in between waits in the kernel, for the new one. */
static void test_new_connections_wait(void)
{
    struct stream *stream;

    heir_open(&heir);
    unsigned port = relay_port(heir.rig.relay);
    heir_take(&heir);
    stream = loopback_tcp(heir.rig.loop, port);
    loopback_sit(heir_client(&heir, 2), heir.rig.loop, stream, false);
    CHECK_EQ(heir_client(&heir, 2)->peer.opened, 1);
    heir_turn(&heir);
    int fd = accept4(heir.sockets.sockets[0], NULL, NULL, SOCK_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_EQ(close(fd), 0);
    heir_serve(&heir);
    loopback_leave(heir_client(&heir, 2));
    heir_close(&heir);
}

/* What the client sends of itself under that name is not believed. */
static void test_own_peer_field(void)
{
    struct public_request request = relay_rig_get("/page");

    heir_open(&heir);
    heir_call(&heir, 2);
    request.fields = "hookline-peer: 192.0.2.1\nconnection: keep-alive\nx-a: b\n";
    heir_take(&heir);
    CHECK(public_client_send(heir_client(&heir, 2), &request));
    heir_serve(&heir);
    heir_check_status(&heir, 2, 200);
    CHECK_EQ(fake_call_count(heir.successor.calls[0], HANDOVER_FIELD_PEER), 1);
    CHECK_STR(fake_call_field(heir.successor.calls[0], HANDOVER_FIELD_PEER), "127.0.0.1");
    CHECK_STR(fake_call_field(heir.successor.calls[0], "x-a"), "b");
    CHECK_EQ(fake_call_count(heir.successor.calls[0], "connection"), 0);
    heir_close(&heir);
}

/* --- webhooks --- */

static void test_unconfirmed_webhook_goes_to_the_inbox(void)
{
    heir_open(&heir);
    heir.rig.agents[0].stores = false;
    heir.rig.agents[0].status = 0;
    relay_rig_link(&heir.rig, 0, heir.rig.token, "mybot");
    heir_call(&heir, 1);
    heir_send_webhook(&heir, 1);
    while (heir.rig.agents[0].calls_len == 0)
        loop_turn(heir.rig.loop, true);
    heir_take(&heir);
    heir_check_status(&heir, 1, 200);
    CHECK_EQ(count_kept(), 1);
    heir_serve(&heir);
    heir_close(&heir);
}

static void test_webhook_that_was_half_read(void)
{
    struct public_request request = relay_rig_webhook("hello");

    heir_open_known(&heir);
    request.is_begun = request.chunked = true;
    heir_call(&heir, 2);
    CHECK(public_client_send(heir_client(&heir, 2), &request));
    CHECK(public_client_more(heir_client(&heir, 2), "hello", 5));
    heir_turn(&heir);
    heir_take(&heir);
    CHECK(public_client_more(heir_client(&heir, 2), " again", 6) &&
          public_client_end(heir_client(&heir, 2)));
    heir_check_waits(&heir, 2);
    heir_serve(&heir);
    heir_check_status(&heir, 2, 200);
    CHECK_EQ(heir.successor.calls_len, 1);
    CHECK_EQ(heir.successor.calls[0]->body_len, 11);
    CHECK_MEM(heir.successor.calls[0]->body, "hello again", 11);
    heir_close(&heir);
}

static void test_plain_request_under_way_finishes_here(void)
{
    heir_open(&heir);
    relay_rig_link(&heir.rig, 0, heir.rig.token, "mybot");
    heir.rig.agents[0].status = 0;
    heir_call(&heir, 1);
    heir_send_get(&heir, 1);
    while (heir.rig.agents[0].calls_len == 0 || !heir.rig.agents[0].calls[0]->is_complete)
        loop_turn(heir.rig.loop, true);
    heir_take(&heir);
    heir_serve(&heir);
    relay_rig_advance(&heir.rig, 5000);
    CHECK(fake_call_answer(heir.rig.agents[0].calls[0], 200, "late"));
    exchange_close(heir.rig.agents[0].calls[0]->x);
    heir_check_status(&heir, 1, 200);
    CHECK_MEM(heir_client(&heir, 1)->answer.body, "late", 4);
    CHECK_EQ(heir.successor.calls_len, 0);
    heir_close(&heir);
}

/* Its agent comes to the new one. */
static void test_request_that_waits_for_its_agent(void)
{
    heir_open(&heir);
    relay_rig_link(&heir.rig, 0, heir.rig.token, "mybot");
    fake_agent_close(&heir.rig.agents[0]);
    relay_rig_wait_unlinked(&heir.rig, 0);
    heir_call(&heir, 2);
    heir_turn(&heir);
    heir_send_get(&heir, 2);
    heir_check_waits(&heir, 2);
    heir_take(&heir);
    heir_check_waits(&heir, 2);
    heir_serve(&heir);
    heir_check_status(&heir, 2, 200);
    CHECK_EQ(heir.successor.calls_len, 1);
    heir_close(&heir);
}

static void test_agents_come_later(void)
{
    struct public_request request = relay_rig_get(LINK_PATH);

    heir_open(&heir);
    relay_rig_call(&heir.rig, 2, "relay.test", false);
    heir_take(&heir);
    request.authority = "relay.test";
    request.fields = "connection: Upgrade\nupgrade: hookline/1\nauthorization: Bearer x\n"
                     "hookline-tunnel: mybot\n";
    CHECK(relay_rig_ask(&heir.rig, 2, &request));
    CHECK_EQ(heir_client(&heir, 2)->answer.status, 503);
    heir_close(&heir);
}

/* --- we are told to end --- */

static void test_shutdown_at_every_step(void)
{
    for (int step = 0; step < 4; step++) {
        heir_open(&heir);
        heir_call(&heir, 2);
        if (step == 1)
            heir_ask(&heir);
        if (step >= 2)
            heir_take(&heir);
        if (step >= 2)
            heir_send_get(&heir, 2);
        heir_turn(&heir);
        while (step >= 2 && late_requests_is_empty(heir.rig.relay->late))
            loop_turn(heir.rig.loop, true);
        if (step == 3)
            heir_serve(&heir);
        relay_shutdown(heir.rig.relay);
        if (step == 2) {
            CHECK(loopback_wait(heir_client(&heir, 2)));
            public_client_check_problem(heir_client(&heir, 2), &problem_shutdown);
        }
        loopback_leave(heir_client(&heir, 2));
        relay_rig_wait_closed(&heir.rig); /* at once when it was ending already */
        heir_close(&heir);
    }
}

/* Under a service manager nobody waits long for our end. */
static void test_a_restart_is_quick(void)
{
    relay_rig_prepare(&heir.rig);
    heir.rig.options.restarts = true;
    CHECK_EQ(relay_rig_start(&heir.rig), OK);
    heir.rig.agents[0].stores = false;
    heir.rig.agents[0].status = 0;
    relay_rig_link(&heir.rig, 0, heir.rig.token, "mybot");
    heir_call(&heir, 2);
    heir_call(&heir, 3);
    heir_send_webhook(&heir, 2);
    heir_send_get(&heir, 3);
    while (heir.rig.agents[0].calls_len < 2)
        loop_turn(heir.rig.loop, true);
    relay_shutdown(heir.rig.relay);
    relay_rig_advance(&heir.rig, 1); /* at once: it is in the inbox */
    heir_check_status(&heir, 2, 200);
    heir_check_waits(&heir, 3);
    relay_rig_advance(&heir.rig, RELAY_RESTART_MS);
    relay_rig_wait_closed(&heir.rig);
    CHECK(!loopback_wait(heir_client(&heir, 3)) || heir_client(&heir, 3)->answer.status >= 500);
    CHECK_EQ(count_kept(), 1);
    relay_rig_close(&heir.rig);
}

CHECK_MAIN(TEST(test_hand_over), TEST(test_nothing_under_way), TEST(test_new_connections_wait),
           TEST(test_own_peer_field), TEST(test_unconfirmed_webhook_goes_to_the_inbox),
           TEST(test_webhook_that_was_half_read),
           TEST(test_plain_request_under_way_finishes_here),
           TEST(test_request_that_waits_for_its_agent), TEST(test_agents_come_later),
           TEST(test_shutdown_at_every_step), TEST(test_a_restart_is_quick))
