/* The relay's inbox over its life: kept across restarts, filled at the end, refused when it
 * is not in order.  A thread-test: disk and handshakes are on workers. */
#include "relay-server/serve/relay.h"

#include "relay-server/inbox/inbox.h"
#include "relay-server/problem_table.h"
#include "relay-server/serve/relay_impl.h"
#include "unit/check.h"
#include "unit/support/relay_rig.h"
#include "unit/support/scratch_folder.h"

static struct relay_rig rig;

static void ask(size_t i, const char *body)
{
    struct public_request request = relay_rig_webhook(body);

    CHECK(relay_rig_ask(&rig, i, &request));
}

static void restart(void)
{
    for (size_t i = 0; i < RELAY_RIG_CLIENTS; i++)
        loopback_leave(&rig.clients[i]);
    for (size_t i = 0; i < RELAY_RIG_AGENTS; i++) {
        fake_agent_close(&rig.agents[i]);
        relay_rig_wait_unlinked(&rig, i);
        fake_agent_fini(&rig.agents[i]);
    }
    relay_shutdown(rig.relay);
    relay_shutdown(rig.relay);
    relay_rig_wait_closed(&rig);
    rig.closed = 0;
    CHECK_EQ(relay_rig_start(&rig), OK);
}

static void wait_for_calls(size_t agent, size_t len)
{
    while (rig.agents[agent].calls_len < len || !rig.agents[agent].calls[len - 1]->is_stored)
        loop_turn(rig.loop, true);
}

static void check_body(size_t i, const char *body)
{
    CHECK_EQ(rig.agents[1].calls[i]->body_len, strlen(body));
    CHECK_MEM(rig.agents[1].calls[i]->body, body, strlen(body));
}

/* The tunnel is known before any agent has linked again, and so is what it wants. */
static void test_a_restart_keeps_everything(void)
{
    relay_rig_open(&rig);
    relay_rig_link(&rig, 0, rig.token, "mybot");
    CHECK_STR(rig.kept, "");
    restart();
    CHECK_EQ(relay_kept(rig.relay), 0);
    relay_rig_call(&rig, 2, "mybot.relay.test", true);
    ask(2, "one");
    CHECK_EQ(rig.clients[2].answer.status, 200);
    ask(2, "two");
    CHECK_EQ(relay_kept(rig.relay), 2);
    restart();
    CHECK_EQ(relay_kept(rig.relay), 2);
    relay_rig_call(&rig, 2, "mybot.relay.test", false);
    ask(2, "three");
    CHECK_EQ(rig.clients[2].answer.status, 200);
    relay_rig_link(&rig, 1, rig.token, "mybot");
    CHECK_STR(rig.kept, "3");
    wait_for_calls(1, 3);
    check_body(0, "one");
    check_body(1, "two");
    check_body(2, "three");
    while (relay_kept(rig.relay) > 0)
        loop_turn(rig.loop, true);
    relay_rig_close(&rig);
}

static void test_a_restart_knows_who_wants_nothing_kept(void)
{
    relay_rig_open(&rig);
    rig.wishes = "hookline-offline: refuse\n";
    relay_rig_link(&rig, 0, rig.token, "mybot");
    restart();
    relay_rig_advance(&rig, 60000);
    relay_rig_call(&rig, 2, "mybot.relay.test", true);
    ask(2, "one");
    public_client_check_problem(&rig.clients[2], &problem_no_agent);
    relay_rig_close(&rig);
}

/* --- the end --- */

/* An agent that has stored nothing when the time is over: the inbox vouches for it. */
static void test_what_waits_at_the_end_is_kept(void)
{
    struct public_request request = relay_rig_webhook("late");

    relay_rig_open(&rig);
    rig.wishes = "hookline-answer: bot\n"; /* or the guard had answered long before */
    relay_rig_link(&rig, 0, rig.token, "mybot");
    rig.agents[0].stores = false;
    rig.agents[0].status = 0;
    relay_rig_call(&rig, 2, "mybot.relay.test", true);
    CHECK(public_client_send(&rig.clients[2], &request));
    while (rig.agents[0].calls_len == 0)
        loop_turn(rig.loop, true);
    relay_shutdown(rig.relay);
    relay_rig_advance(&rig, RELAY_SETTLE_MS - 500);
    CHECK(!public_client_look(&rig.clients[2]));
    relay_rig_advance(&rig, 500);
    CHECK(loopback_wait(&rig.clients[2]));
    CHECK_EQ(rig.clients[2].answer.status, 200);
    relay_rig_advance(&rig, RELAY_SHUTDOWN_MS);
    relay_rig_wait_closed(&rig);
    rig.closed = 0;
    loopback_leave(&rig.clients[2]);
    CHECK_EQ(relay_rig_start(&rig), OK);
    CHECK_EQ(relay_kept(rig.relay), 1);
    relay_rig_link(&rig, 1, rig.token, "mybot");
    wait_for_calls(1, 1);
    check_body(0, "late");
    relay_rig_close(&rig);
}

/* Complete when no agent takes anything any more: the inbox does. */
static void test_a_webhook_that_comes_while_it_ends(void)
{
    struct public_request request = relay_rig_webhook("");

    request.body.len = 5;
    request.is_begun = true;
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        relay_rig_open(&rig);
        relay_rig_link(&rig, 0, rig.token, "mybot");
        relay_rig_call(&rig, 2, "mybot.relay.test", is_h2);
        CHECK(public_client_send(&rig.clients[2], &request));
        while (rig.relay->state.webhook_bodies == 0) /* it is being read */
            loop_turn(rig.loop, true);
        relay_shutdown(rig.relay);
        relay_rig_advance(&rig, 1000);
        CHECK(public_client_more(&rig.clients[2], "hello", 5));
        if (is_h2)
            CHECK(public_client_end(&rig.clients[2]));
        CHECK(loopback_wait(&rig.clients[2]));
        CHECK_EQ(rig.clients[2].answer.status, 200);
        CHECK_EQ(rig.agents[0].calls_len, 0);
        CHECK_EQ(relay_kept(rig.relay), 1);
        relay_rig_close(&rig);
    }
}

/* --- what keeps it from beginning --- */

static void test_a_foreign_file(void)
{
    relay_rig_prepare(&rig);
    (void)scratch_folder_write_text("inbox.db", "not a database at all, but long enough\n",
                                    0600);
    CHECK(relay_rig_start(&rig) != OK);
    CHECK(strstr(rig.options.detail, "inbox.db"));
    CHECK_STR(scratch_folder_read("inbox.db"), "not a database at all, but long enough\n");
    loop_run(rig.loop);
    relay_rig_close(&rig);
}

static void on_inbox_closed(void *owner)
{
    *(bool *)owner = true;
}

static void test_somebody_else_has_it(void)
{
    struct inbox_options options = {0};
    char detail[DETAIL_MAX];
    struct inbox *inbox;
    bool is_closed = false;

    relay_rig_prepare(&rig);
    options.path = rig.options.inbox_file;
    CHECK_EQ(inbox_open(rig.loop, &options, &inbox, detail), OK);
    CHECK(relay_rig_start(&rig) != OK);
    CHECK(rig.options.detail[0] != '\0');
    inbox_close(inbox, on_inbox_closed, &is_closed);
    loop_run(rig.loop);
    CHECK(is_closed && rig.closed == 0);
    relay_rig_close(&rig);
}

CHECK_MAIN(TEST(test_a_restart_keeps_everything),
           TEST(test_a_restart_knows_who_wants_nothing_kept),
           TEST(test_what_waits_at_the_end_is_kept),
           TEST(test_a_webhook_that_comes_while_it_ends), TEST(test_a_foreign_file),
           TEST(test_somebody_else_has_it))
