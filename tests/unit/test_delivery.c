/* A webhook's life when all is well: straight over the link, or kept and brought later. */
#include "relay-server/delivery/delivery.h"

#include "base/log.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"

static struct front_rig rig;

static struct fake_agent *agent(void)
{
    return &rig.agents[0];
}

static struct fake_call *call(size_t i)
{
    CHECK(i < agent()->calls_len);
    return agent()->calls[i];
}

static void set_up(bool is_h2)
{
    log_set_level(LOG_ERROR);
    front_rig_open_inbox(&rig, NULL);
    CHECK(front_rig_call(&rig, 0, is_h2));
    (void)front_rig_tunnel(&rig, "mybot", LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
}

static void link_agent(void)
{
    CHECK(front_rig_link(&rig, 0, "mybot", rig.token_id));
}

static void ask(const char *body)
{
    struct public_request request = front_rig_webhook(body);

    front_rig_ask(&rig, 0, &request);
}

static uint64_t kept(void)
{
    return inbox_counts_of(rig.state.inbox, "mybot").kept;
}

static void test_straight_over_the_link(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        link_agent();
        ask("hello");
        front_rig_check_status(&rig, 0, 200);
        CHECK_MEM(front_rig_client(&rig, 0)->answer.body, "ok", 2);
        CHECK(call(0)->is_stored);
        CHECK_MEM(call(0)->body, "hello", 5);
        CHECK(fake_call_field(call(0), "hookline-answered") == NULL);
        CHECK_EQ(kept(), 0);
        front_rig_close(&rig);
    }
}

static void test_no_agent(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        ask("hello");
        front_rig_check_status(&rig, 0, 200);
        CHECK_EQ(front_rig_client(&rig, 0)->answer.body_len, 0);
        CHECK_EQ(kept(), 1);
        front_rig_close(&rig);
    }
}

static void test_it_is_brought_when_a_link_comes(void)
{
    set_up(false);
    ask("one");
    front_rig_advance(&rig, 5000);
    ask("two");
    link_agent();
    CHECK_EQ(agent()->calls_len, 2);
    CHECK_MEM(call(0)->body, "one", 3);
    CHECK_MEM(call(1)->body, "two", 3);
    for (size_t i = 0; i < 2; i++) {
        CHECK(call(i)->is_stored);
        CHECK_STR(fake_call_field(call(i), "hookline-answered"), "200");
        CHECK_STR(fake_call_field(call(i), "hookline-attempt"), "1");
    }
    CHECK_STR(fake_call_field(call(0), "hookline-kept"), "1");
    CHECK(fake_call_field(call(1), "hookline-kept") == NULL);
    CHECK_EQ(kept(), 0);
    CHECK_EQ(inbox_counts_all(rig.state.inbox).delivered, 2);
    ask("three");
    front_rig_check_status(&rig, 0, 200);
    CHECK_MEM(call(2)->body, "three", 5);
    CHECK(fake_call_field(call(2), "hookline-answered") == NULL);
    front_rig_close(&rig);
}

CHECK_MAIN(TEST(test_straight_over_the_link), TEST(test_no_agent),
           TEST(test_it_is_brought_when_a_link_comes))
