/* Requests for an agent that was here a moment ago. */
#include "relay-server/links/agent_wait.h"

#include "base/log.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"
#include "unit/support/mem_sweep.h"

static struct front_rig rig;

static struct tunnel *mybot(void)
{
    return tunnels_find(&rig.state.tunnels, SPAN("mybot"));
}

static void lose_agent(size_t i)
{
    fake_agent_close(&rig.agents[i]);
    front_rig_run(&rig);
    CHECK(!mybot()->link);
}

/* An agent was linked, and is gone. */
static void begin(void)
{
    log_set_level(LOG_ERROR);
    front_rig_open(&rig);
    CHECK(front_rig_link(&rig, 0, "mybot", "token"));
    lose_agent(0);
}

static void ask(size_t i)
{
    struct public_request request = front_rig_get("/page");

    CHECK(front_rig_call(&rig, i, i % 2 == 1));
    front_rig_ask(&rig, i, &request);
}

static void check_waits(size_t i)
{
    CHECK(!public_client_look(front_rig_client(&rig, i)));
    CHECK_EQ(rig.state.waits.len, mybot()->waiting);
}

static void test_the_agent_comes(void)
{
    begin();
    ask(0);
    ask(1);
    front_rig_advance(&rig, AGENT_WAIT_MS - 1000);
    check_waits(0);
    check_waits(1);
    CHECK_EQ(mybot()->waiting, 2);
    CHECK(front_rig_link(&rig, 1, "mybot", "token"));
    front_rig_check_status(&rig, 0, 200);
    front_rig_check_status(&rig, 1, 200);
    CHECK_EQ(rig.agents[1].calls_len, 2);
    CHECK_STR(rig.agents[1].calls[0]->target, "/page");
    CHECK_EQ(mybot()->waiting, 0);
    front_rig_advance(&rig, 2 * AGENT_WAIT_MS);
    front_rig_close(&rig);
}

/* Only its own agent helps. */
static void test_the_agent_does_not_come(void)
{
    begin();
    ask(0);
    CHECK(front_rig_link(&rig, 1, "other", "token"));
    front_rig_advance(&rig, AGENT_WAIT_MS - 1);
    check_waits(0);
    front_rig_advance(&rig, 1);
    public_client_check_problem(front_rig_client(&rig, 0), &problem_no_agent);
    CHECK_EQ(mybot()->waiting, 0);
    CHECK_EQ(rig.state.waits.len, 0);
    front_rig_close(&rig);
}

static void test_the_sender_leaves(void)
{
    begin();
    ask(0);
    ask(1);
    public_client_close(front_rig_client(&rig, 0));
    public_client_reset(front_rig_client(&rig, 1));
    front_rig_run(&rig);
    CHECK_EQ(mybot()->waiting, 0);
    CHECK_EQ(rig.state.waits.len, 0);
    CHECK(front_rig_link(&rig, 1, "mybot", "token"));
    CHECK_EQ(rig.agents[1].calls_len, 0);
    front_rig_close(&rig);
}

static void test_how_long_a_moment_is(void)
{
    begin();
    front_rig_advance(&rig, AGENT_WAIT_RECENT_MS);
    ask(0);
    check_waits(0);
    CHECK_EQ(mybot()->waiting, 1);
    front_rig_advance(&rig, 1);
    ask(2);
    public_client_check_problem(front_rig_client(&rig, 2), &problem_no_agent);
    front_rig_close(&rig);
}

static void test_never_linked(void)
{
    log_set_level(LOG_ERROR);
    front_rig_open(&rig);
    (void)front_rig_tunnel(&rig, "mybot", LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    ask(0);
    public_client_check_problem(front_rig_client(&rig, 0), &problem_no_agent);
    front_rig_close(&rig);
}

static void check_limit(size_t *count, size_t max)
{
    begin();
    *count += max - 1;
    ask(0);
    CHECK(!public_client_look(front_rig_client(&rig, 0)));
    ask(2);
    public_client_check_problem(front_rig_client(&rig, 2), &problem_no_agent);
    *count -= max - 1;
    ask(4);
    check_waits(4);
    front_rig_close(&rig);
}

static void test_limits(void)
{
    begin();
    struct tunnel *t = mybot();
    t->waiting = AGENT_WAITS_OF_TUNNEL - 1;
    ask(0);
    CHECK_EQ(t->waiting, AGENT_WAITS_OF_TUNNEL);
    ask(2);
    public_client_check_problem(front_rig_client(&rig, 2), &problem_no_agent);
    t->waiting = 1;
    ask(4);
    check_waits(4);
    front_rig_close(&rig);

    check_limit(&rig.state.waits.len, AGENT_WAITS_MAX);
}

/* The body is read only when there is somebody to send it to. */
static void test_bodies_wait_too(void)
{
    static char body[300000];

    for (size_t i = 0; i < 2; i++) {
        struct public_request request = front_rig_get("/upload");

        memset(body, 'x', sizeof body);
        request.method = "POST";
        request.body = span_of(body, sizeof body);
        request.has_body = true;
        begin();
        CHECK(front_rig_call(&rig, i, i == 1));
        front_rig_ask(&rig, i, &request);
        check_waits(i);
        CHECK(front_rig_link(&rig, 1, "mybot", "token"));
        front_rig_check_status(&rig, i, 200);
        CHECK_EQ(rig.agents[1].calls[0]->body_len, sizeof body);
        front_rig_close(&rig);
    }
}

/* --- webhooks --- */

static void ask_webhook(size_t i)
{
    struct public_request request = front_rig_webhook("hello");

    CHECK(front_rig_call(&rig, i, false));
    front_rig_ask(&rig, i, &request);
}

static void test_a_webhook_that_may_be_kept(void)
{
    log_set_level(LOG_ERROR);
    front_rig_open_inbox(&rig, NULL);
    CHECK(front_rig_link(&rig, 0, "mybot", rig.token_id));
    lose_agent(0);
    ask_webhook(0);
    front_rig_check_status(&rig, 0, 200);
    front_rig_close(&rig);
}

static void test_a_webhook_that_may_not(void)
{
    begin();
    mybot()->offline = LINK_OFFLINE_REFUSE;
    ask_webhook(0);
    front_rig_advance(&rig, AGENT_WAIT_WEBHOOK_MS - 1);
    check_waits(0);
    front_rig_advance(&rig, 1);
    public_client_check_problem(front_rig_client(&rig, 0), &problem_no_agent);
    ask_webhook(2);
    CHECK(front_rig_link(&rig, 1, "mybot", "token"));
    front_rig_check_status(&rig, 2, 200);
    front_rig_close(&rig);
}

/* --- ends --- */

static void test_the_relay_ends(void)
{
    begin();
    ask(0);
    links_shutdown(&rig.state.links);
    agent_wait_give_up(&rig.state);
    front_rig_run(&rig);
    public_client_check_problem(front_rig_client(&rig, 0), &problem_shutdown);
    ask(2);
    public_client_check_problem(front_rig_client(&rig, 2), &problem_shutdown);
    front_rig_close(&rig);
}

static void test_every_allocation_fails(void)
{
    bool over = false;

    for (unsigned long n = 1; !over; n++) {
        struct public_request request = front_rig_get("/page");

        begin();
        CHECK(front_rig_call(&rig, 0, false));
        mem_fail_at(n);
        if (public_client_send(front_rig_client(&rig, 0), &request))
            front_rig_run(&rig);
        bool linked = front_rig_link(&rig, 1, "mybot", "token");
        over = mem_sweep_is_over(n);
        CHECK(!over || linked);
        front_rig_advance(&rig, AGENT_WAIT_MS);
        CHECK_EQ(rig.state.waits.len, 0);
        if (over)
            front_rig_check_status(&rig, 0, 200);
        front_rig_close(&rig);
    }
}

CHECK_MAIN(TEST(test_the_agent_comes), TEST(test_the_agent_does_not_come),
           TEST(test_the_sender_leaves), TEST(test_how_long_a_moment_is),
           TEST(test_never_linked), TEST(test_limits), TEST(test_bodies_wait_too),
           TEST(test_a_webhook_that_may_be_kept), TEST(test_a_webhook_that_may_not),
           TEST(test_the_relay_ends), TEST(test_every_allocation_fails))
