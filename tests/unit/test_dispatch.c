/* I4: the deliveries of a tunnel reach its agent in the order of their arrival, whichever
 * way each of them goes. */
#include "relay-server/delivery/dispatch.h"

#include "base/container.h"
#include "unit/support/delivery_rig.h"

#define RIG delivery_rig

static void open_and_hold(enum link_answer answer)
{
    delivery_rig_open(answer, LINK_OFFLINE_KEEP);
    CHECK(front_rig_call(&RIG, 2, true));
    CHECK(front_rig_call(&RIG, 3, true));
    delivery_rig_link(0);
    delivery_rig_hold(0);
}

/* The agent got these, in this order, and nothing else. */
static void check_order(size_t agent, const char *bodies)
{
    CHECK_EQ(delivery_rig_calls(agent), strlen(bodies));
    for (size_t i = 0; bodies[i]; i++)
        delivery_rig_check_body(agent, i, (char[]){bodies[i], '\0'});
}

/* --- one link --- */

static void test_new_ones_queue_behind_a_backlog(void)
{
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    delivery_rig_ask(0, "a");
    delivery_rig_ask(1, "b");
    delivery_rig_hold(0);
    delivery_rig_link(0);
    check_order(0, "ab");
    delivery_rig_ask(0, "c");
    delivery_rig_check_accepted(0);
    delivery_rig_store(delivery_rig_call(0, 0));
    CHECK_EQ(delivery_rig_kept(), 2);
    delivery_rig_ask(1, "d");
    delivery_rig_check_accepted(1);
    check_order(0, "abcd"); /* behind the others on the same link */
    for (size_t i = 1; i < 4; i++)
        delivery_rig_store(delivery_rig_call(0, i));
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_ask(0, "e"); /* straight again */
    delivery_rig_check_waits(0);
    check_order(0, "abcde");
    delivery_rig_close();
}

/* Several may be on their way unconfirmed: their link keeps the order. */
static void test_direct_ones_do_not_wait_for_each_other(void)
{
    open_and_hold(LINK_ANSWER_GUARD);
    for (size_t i = 0; i < 4; i++)
        delivery_rig_ask(i, (char[]){(char)('a' + i), '\0'});
    check_order(0, "abcd");
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* The guard's copy is in the inbox: what comes now must not overtake it. */
static void test_behind_a_copy_of_the_guard(void)
{
    open_and_hold(LINK_ANSWER_GUARD);
    delivery_rig_ask(0, "a");
    front_rig_advance(&RIG, DELIVERY_GUARD_MS);
    delivery_rig_ask(1, "b");
    delivery_rig_check_accepted(1);
    check_order(0, "ab"); /* and a is not sent twice over one link */
    delivery_rig_store(delivery_rig_call(0, 0));
    delivery_rig_store(delivery_rig_call(0, 1));
    CHECK_EQ(delivery_rig_kept(), 0);
    CHECK_EQ(delivery_rig_delivered(), 2);
    delivery_rig_close();
}

/* --- several links --- */

static void test_takeover_waits_for_the_link_before(void)
{
    open_and_hold(LINK_ANSWER_GUARD);
    delivery_rig_ask(0, "a");
    delivery_rig_link(1);
    delivery_rig_ask(1, "b");
    delivery_rig_check_accepted(1);
    check_order(1, "");
    CHECK_EQ(delivery_rig_kept(), 1);
    delivery_rig_store(delivery_rig_call(0, 0));
    check_order(1, "b");
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_answer(delivery_rig_call(0, 0), 200, "ok");
    delivery_rig_check_bot(0, 200, "ok");
    delivery_rig_ask(1, "c");
    delivery_rig_check_bot(1, 200, "ok");
    check_order(1, "bc");
    delivery_rig_close();
}

/* The network under the old link is gone, but its end is not noticed yet. */
static void test_takeover_does_not_wait_for_ever(void)
{
    open_and_hold(LINK_ANSWER_GUARD);
    delivery_rig_ask(0, "a");
    delivery_rig_ask(1, "b");
    delivery_rig_silence(0);
    delivery_rig_link(1);
    front_rig_advance(&RIG, DISPATCH_TAKEOVER_MS - 1);
    check_order(1, "");
    front_rig_advance(&RIG, 1);
    delivery_rig_check_accepted(0);
    delivery_rig_check_accepted(1);
    check_order(1, "ab");
    CHECK_EQ(delivery_rig_kept(), 0);
    CHECK_STR(fake_call_field(delivery_rig_call(1, 0), LINK_FIELD_ATTEMPT), "1");
    delivery_rig_close();
}

static void test_takeover_of_what_only_the_bot_may_answer(void)
{
    open_and_hold(LINK_ANSWER_BOT);
    delivery_rig_ask(0, "a");
    delivery_rig_ask(1, "b");
    delivery_rig_store(delivery_rig_call(0, 1));
    delivery_rig_link(1);
    front_rig_advance(&RIG, DISPATCH_TAKEOVER_MS);
    delivery_rig_check_problem(0, &problem_not_stored);
    delivery_rig_check_waits(1); /* it is the agent's: its bot may answer yet */
    delivery_rig_answer(delivery_rig_call(0, 1), 200, "late");
    delivery_rig_check_bot(1, 200, "late");
    delivery_rig_close();
}

static void test_the_agent_says_goaway(void)
{
    open_and_hold(LINK_ANSWER_GUARD);
    delivery_rig_ask(0, "a");
    link_session_shutdown(RIG.agents[0].session);
    front_rig_run(&RIG);
    delivery_rig_ask(1, "b");
    delivery_rig_check_accepted(1);
    delivery_rig_link(1);
    check_order(1, "");
    delivery_rig_store(delivery_rig_call(0, 0));
    check_order(1, "b");
    delivery_rig_close();
}

/* --- stalled --- */

static void refuse(size_t i)
{
    delivery_rig_answer(delivery_rig_call(0, i), 503, "the disk is full");
}

static void test_what_failed_is_not_overtaken(void)
{
    open_and_hold(LINK_ANSWER_GUARD);
    delivery_rig_ask(0, "a");
    delivery_rig_ask(1, "b");
    refuse(0);
    delivery_rig_check_accepted(0);
    delivery_rig_ask(2, "c"); /* opens no stream any more */
    delivery_rig_check_accepted(2);
    front_rig_advance(&RIG, 1000);
    check_order(0, "ab"); /* b is awaited before anything is tried again */
    delivery_rig_check_waits(1);
    refuse(1);
    delivery_rig_check_accepted(1);
    RIG.agents[0].stores = true;
    front_rig_advance(&RIG, DISPATCH_RETRY_MS);
    check_order(0, "ababc");
    CHECK_STR(fake_call_field(delivery_rig_call(0, 2), LINK_FIELD_RESUME), "1");
    CHECK(!fake_call_field(delivery_rig_call(0, 3), LINK_FIELD_RESUME));
    CHECK_STR(fake_call_field(delivery_rig_call(0, 2), LINK_FIELD_ATTEMPT), "1");
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* The bot's word or none: nothing is kept, but the agent must hear that it may go on. */
static void test_a_stall_with_nothing_kept(void)
{
    open_and_hold(LINK_ANSWER_BOT);
    delivery_rig_ask(0, "a");
    refuse(0);
    delivery_rig_check_bot(0, 503, "the disk is full");
    CHECK_EQ(delivery_rig_kept(), 0);
    front_rig_advance(&RIG, DISPATCH_RETRY_MS);
    delivery_rig_ask(1, "b");
    delivery_rig_ask(2, "c");
    check_order(0, "abc");
    CHECK_STR(fake_call_field(delivery_rig_call(0, 1), LINK_FIELD_RESUME), "1");
    CHECK(!fake_call_field(delivery_rig_call(0, 2), LINK_FIELD_RESUME));
    delivery_rig_close();
}

static void test_pauses_grow(void)
{
    size_t calls[2];

    open_and_hold(LINK_ANSWER_GUARD);
    RIG.agents[0].status = 503;
    delivery_rig_ask(0, "a");
    front_rig_advance(&RIG, 60000);
    calls[0] = delivery_rig_calls(0);
    front_rig_advance(&RIG, 200000);
    calls[1] = delivery_rig_calls(0) - calls[0];
    /* 1, 2, 4, 8, 16, 20, 20 ... with full jitter: half of it on average */
    CHECK(calls[0] >= 5 && calls[0] <= 20);
    CHECK(calls[1] >= 10 && calls[1] <= 40);
    CHECK_EQ(delivery_rig_kept(), 1);
    CHECK_EQ(delivery_rig_aside(), 0); /* a full disk is not the webhook's fault */
    RIG.agents[0].stores = true;
    front_rig_advance(&RIG, DISPATCH_RETRY_MAX_MS);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

static void test_a_new_link_ends_the_stall(void)
{
    open_and_hold(LINK_ANSWER_GUARD);
    delivery_rig_ask(0, "a");
    refuse(0);
    delivery_rig_link(1);
    check_order(1, "a");
    CHECK(!fake_call_field(delivery_rig_call(1, 0), LINK_FIELD_RESUME));
    CHECK_EQ(delivery_rig_kept(), 0);
    front_rig_advance(&RIG, 30000);
    check_order(1, "a");
    delivery_rig_close();
}

/* The agent stores neither, nor does it say so. */
static void test_60_seconds_without_stored(void)
{
    open_and_hold(LINK_ANSWER_GUARD);
    delivery_rig_ask(0, "a");
    front_rig_advance(&RIG, DELIVERY_GUARD_MS);
    delivery_rig_check_accepted(0);
    front_rig_advance(&RIG, 60000 - DELIVERY_GUARD_MS - 1);
    CHECK(!delivery_rig_call(0, 0)->is_aborted);
    front_rig_advance(&RIG, 1);
    CHECK(delivery_rig_call(0, 0)->is_aborted);
    RIG.agents[0].stores = true;
    front_rig_advance(&RIG, DISPATCH_RETRY_MS);
    check_order(0, "aa");
    CHECK_STR(fake_call_field(delivery_rig_call(0, 1), LINK_FIELD_RESUME), "1");
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* --- tunnels --- */

static void test_tunnels_do_not_wait_for_each_other(void)
{
    struct public_request other = front_rig_webhook("other");

    open_and_hold(LINK_ANSWER_GUARD);
    delivery_rig_ask(0, "a");
    refuse(0); /* mybot is stalled */
    other.authority = "other.relay.test";
    CHECK(front_rig_link(&RIG, 1, "other", RIG.token_id));
    front_rig_ask(&RIG, 1, &other);
    delivery_rig_check_bot(1, 200, "ok");
    CHECK_EQ(delivery_rig_calls(1), 1);
    delivery_rig_close();
}

CHECK_MAIN(TEST(test_new_ones_queue_behind_a_backlog),
           TEST(test_direct_ones_do_not_wait_for_each_other),
           TEST(test_behind_a_copy_of_the_guard), TEST(test_takeover_waits_for_the_link_before),
           TEST(test_takeover_does_not_wait_for_ever),
           TEST(test_takeover_of_what_only_the_bot_may_answer),
           TEST(test_the_agent_says_goaway), TEST(test_what_failed_is_not_overtaken),
           TEST(test_a_stall_with_nothing_kept), TEST(test_pauses_grow),
           TEST(test_a_new_link_ends_the_stall), TEST(test_60_seconds_without_stored),
           TEST(test_tunnels_do_not_wait_for_each_other))
