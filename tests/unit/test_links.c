/* Links from their tunnel's point of view: taken over, lost, revoked, shut down. */
#include "relay-server/links/links.h"

#include "base/log.h"
#include "base/mem.h"
#include "relay-server/links/agent_wait.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"

static struct front_rig rig;

static struct tunnel *mybot(void)
{
    return tunnels_find(&rig.state.tunnels, SPAN("mybot"));
}

/* Nothing is kept, nobody but the bot answers: what becomes of the link is seen. */
static void set_up(void)
{
    log_set_level(LOG_ERROR);
    front_rig_open(&rig);
    CHECK(front_rig_link(&rig, 0, "mybot", "token1"));
    mybot()->answer = LINK_ANSWER_BOT;
    mybot()->offline = LINK_OFFLINE_REFUSE;
    CHECK(front_rig_call(&rig, 0, true));
    CHECK(front_rig_call(&rig, 1, true));
}

static void ask(size_t i)
{
    struct public_request request = front_rig_webhook("hello");

    front_rig_ask(&rig, i, &request);
}

/* A webhook that the agent has stored and not answered. */
static struct fake_call *ask_and_hold(void)
{
    rig.agents[0].status = 0;
    ask(0);
    CHECK(rig.agents[0].calls_len == 1 && rig.agents[0].calls[0]->is_stored);
    return rig.agents[0].calls[0];
}

static void answer(struct fake_call *call)
{
    CHECK(fake_call_answer(call, 200, "ok"));
    exchange_close(call->x);
    front_rig_run(&rig);
}

/* --- takeover --- */

static void test_takeover(void)
{
    set_up();
    struct fake_call *held = ask_and_hold();
    struct link *before = mybot()->link;
    CHECK(front_rig_link(&rig, 1, "mybot", "token1"));
    CHECK(mybot()->link && mybot()->link != before);
    CHECK_EQ(links_len(&rig.state.links), 2);
    CHECK(rig.agents[0].goaways == 1 && rig.agents[0].takeovers == 1);
    CHECK_EQ(rig.agents[1].goaways, 0);

    ask(1);
    front_rig_check_status(&rig, 1, 200);
    CHECK_EQ(rig.agents[1].calls_len, 1);
    answer(held);
    front_rig_check_status(&rig, 0, 200);
    front_rig_advance(&rig, 3000);
    CHECK(fake_agent_is_closed(&rig.agents[0]) && !fake_agent_is_closed(&rig.agents[1]));
    CHECK_EQ(links_len(&rig.state.links), 1);
    CHECK(mybot()->link); /* the end of the old one is nothing to the tunnel */
    ask(1);
    front_rig_check_status(&rig, 1, 200);
    front_rig_close(&rig);
}

static void test_what_was_taken_over_is_cut_after_30_seconds(void)
{
    set_up();
    struct fake_call *held = ask_and_hold();
    CHECK(front_rig_link(&rig, 1, "mybot", "token1"));
    front_rig_advance(&rig, 29000);
    CHECK(!held->is_aborted && !public_client_look(front_rig_client(&rig, 0)));
    front_rig_advance(&rig, 2000);
    CHECK(held->is_aborted);
    public_client_check_problem(front_rig_client(&rig, 0), &problem_link_broke);
    CHECK_EQ(links_len(&rig.state.links), 1);
    front_rig_close(&rig);
}

/* --- the agent goes --- */

static void test_the_agent_says_goaway(void)
{
    set_up();
    struct fake_call *held = ask_and_hold();
    link_session_shutdown(rig.agents[0].session);
    front_rig_run(&rig);
    CHECK(!mybot()->link);
    ask(1);
    front_rig_advance(&rig, AGENT_WAIT_WEBHOOK_MS);
    public_client_check_problem(front_rig_client(&rig, 1), &problem_no_agent);
    answer(held);
    front_rig_check_status(&rig, 0, 200);
    front_rig_advance(&rig, 3000);
    CHECK_EQ(links_len(&rig.state.links), 0);
    front_rig_close(&rig);
}

static void test_the_link_is_lost(void)
{
    set_up();
    rig.plans[0].stall = true;
    front_rig_advance(&rig, 14000);
    CHECK(mybot()->link);
    front_rig_advance(&rig, 2000);
    CHECK(!mybot()->link);
    CHECK_EQ(links_len(&rig.state.links), 0);
    ask(1);
    front_rig_advance(&rig, AGENT_WAIT_WEBHOOK_MS);
    public_client_check_problem(front_rig_client(&rig, 1), &problem_no_agent);
    CHECK_EQ(rig.empties, 0);
    front_rig_close(&rig);
}

/* --- tokens --- */

static unsigned asked;

static bool is_not_token1(void *owner, const char *token_id)
{
    CHECK(owner == &rig);
    asked++;
    return strcmp(token_id, "token1") != 0;
}

static void test_links_of_a_dead_token_end_at_once(void)
{
    set_up();
    CHECK(front_rig_link(&rig, 1, "other", "token2"));
    CHECK(front_rig_link(&rig, 2, "third", "token1"));
    CHECK(front_rig_link(&rig, 3, "third", "token1")); /* 2 is gone */
    struct fake_call *held = ask_and_hold();
    asked = 0;
    links_end_invalid(&rig.state.links, is_not_token1, &rig);
    CHECK_EQ(asked, 3);
    CHECK(!mybot()->link);
    links_end_invalid(&rig.state.links, is_not_token1, &rig); /* two are still closing */
    CHECK_EQ(asked, 4);
    front_rig_run(&rig);
    CHECK(held->is_aborted);
    public_client_check_problem(front_rig_client(&rig, 0), &problem_link_broke);
    CHECK(fake_agent_is_closed(&rig.agents[0]) && fake_agent_is_closed(&rig.agents[2]) &&
          fake_agent_is_closed(&rig.agents[3]));
    CHECK(!fake_agent_is_closed(&rig.agents[1]));
    CHECK_EQ(links_len(&rig.state.links), 1);
    front_rig_close(&rig);
}

/* --- shutdown --- */

static void test_shutdown_finishes_what_is_under_way(void)
{
    set_up();
    CHECK(front_rig_link(&rig, 1, "other", "token2"));
    struct fake_call *held = ask_and_hold();
    links_shutdown(&rig.state.links);
    front_rig_run(&rig);
    CHECK(!mybot()->link && rig.agents[0].goaways > 0 && rig.agents[1].goaways > 0);
    ask(1);
    public_client_check_problem(front_rig_client(&rig, 1), &problem_shutdown);
    front_rig_advance(&rig, 3000);
    CHECK(fake_agent_is_closed(&rig.agents[1]) && !fake_agent_is_closed(&rig.agents[0]));
    CHECK_EQ(rig.empties, 0);
    answer(held);
    front_rig_check_status(&rig, 0, 200);
    front_rig_advance(&rig, 3000);
    CHECK_EQ(rig.empties, 1);
    links_shutdown(&rig.state.links);
    links_close(&rig.state.links);
    front_rig_advance(&rig, 3000);
    CHECK_EQ(rig.empties, 1); /* told once */
    front_rig_close(&rig);
}

static void test_close_is_at_once(void)
{
    set_up();
    struct fake_call *held = ask_and_hold();
    links_shutdown(&rig.state.links);
    front_rig_run(&rig);
    CHECK_EQ(rig.empties, 0);
    links_close(&rig.state.links);
    front_rig_run(&rig);
    CHECK_EQ(rig.empties, 1);
    CHECK(held->is_aborted);
    public_client_check_problem(front_rig_client(&rig, 0), &problem_link_broke);
    front_rig_close(&rig);
}

static void test_shutdown_of_nothing(void)
{
    log_set_level(LOG_ERROR);
    front_rig_open(&rig);
    links_shutdown(&rig.state.links);
    links_close(&rig.state.links);
    front_rig_run(&rig);
    CHECK_EQ(rig.empties, 0);
    front_rig_close(&rig);
}

CHECK_MAIN(TEST(test_takeover), TEST(test_what_was_taken_over_is_cut_after_30_seconds),
           TEST(test_the_agent_says_goaway), TEST(test_the_link_is_lost),
           TEST(test_links_of_a_dead_token_end_at_once),
           TEST(test_shutdown_finishes_what_is_under_way), TEST(test_close_is_at_once),
           TEST(test_shutdown_of_nothing))
