/* A backlog goes to the agent that came back: oldest first, bounded, each once, and what
 * brings the agent down is found and set aside. */
#include "relay-server/delivery/drain.h"

#include "base/container.h"
#include "relay-server/delivery/dispatch.h"
#include "relay-server/delivery/room.h"
#include "unit/support/delivery_rig.h"

#define RIG delivery_rig

static void open_with_backlog(size_t len)
{
    char body[24];

    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    for (size_t i = 0; i < len; i++) {
        (void)snprintf(body, sizeof body, "%zu", i);
        delivery_rig_ask(i % 2, body);
        delivery_rig_check_accepted(i % 2);
    }
    CHECK_EQ(delivery_rig_kept(), len);
}

/* The agent's i-th request is the n-th of the backlog. */
static void check_is(size_t agent, size_t i, size_t n)
{
    char body[24];

    (void)snprintf(body, sizeof body, "%zu", n);
    delivery_rig_check_body(agent, i, body);
}

static void test_a_thousand(void)
{
    open_with_backlog(1000);
    delivery_rig_link(0);
    CHECK_EQ(delivery_rig_calls(0), 1000);
    for (size_t i = 0; i < 1000; i++) {
        char left[24];

        check_is(0, i, i);
        (void)snprintf(left, sizeof left, "%zu", 999 - i);
        CHECK_STR(fake_call_field(delivery_rig_call(0, i), LINK_FIELD_KEPT),
                  i == 999 ? NULL : left);
    }
    CHECK_EQ(delivery_rig_kept(), 0);
    CHECK_EQ(delivery_rig_delivered(), 1000);
    delivery_rig_ask(0, "new");
    delivery_rig_check_bot(0, 200, "ok");
    delivery_rig_close();
}

static void test_at_most_32_on_their_way(void)
{
    open_with_backlog(100);
    delivery_rig_hold(0);
    delivery_rig_link(0);
    CHECK_EQ(delivery_rig_calls(0), DRAIN_IN_FLIGHT_MAX);
    for (size_t i = 0; i < 100; i++) {
        delivery_rig_store(delivery_rig_call(0, i));
        CHECK(delivery_rig_calls(0) <= i + 1 + DRAIN_IN_FLIGHT_MAX);
        CHECK(delivery_rig_calls(0) >= (i + 2 < 100 ? i + 2 : 100));
        CHECK_EQ(delivery_rig_kept(), 99 - i);
    }
    delivery_rig_close();
}

/* Of large ones fewer. */
static void test_at_most_4_mib_on_their_way(void)
{
    static char body[1024 * 1024 + 1];
    size_t bytes = 0;

    memset(body, 'x', sizeof body - 1);
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    for (size_t i = 0; i < 12; i++) {
        delivery_rig_ask(1, body);
        delivery_rig_check_accepted(1);
    }
    delivery_rig_hold(0);
    delivery_rig_link(0);
    for (size_t i = 0; i < 12; i++) {
        bytes = (delivery_rig_calls(0) - i) * (sizeof body - 1);
        CHECK(bytes > 0 && bytes <= DRAIN_BYTES_MAX);
        CHECK(RIG.state.webhook_bodies <= DRAIN_BYTES_MAX + 65536);
        delivery_rig_store(delivery_rig_call(0, i));
    }
    CHECK_EQ(delivery_rig_kept(), 0);
    CHECK_EQ(RIG.state.webhook_bodies, 0);
    delivery_rig_close();
}

static void test_new_ones_come_last(void)
{
    open_with_backlog(60);
    delivery_rig_hold(0);
    delivery_rig_link(0);
    for (size_t i = 60; i < 64; i++) {
        char body[24];
        (void)snprintf(body, sizeof body, "%zu", i);
        delivery_rig_ask(0, body);
        delivery_rig_check_accepted(0);
    }
    RIG.agents[0].stores = true;
    for (size_t i = 0; i < DRAIN_IN_FLIGHT_MAX; i++)
        delivery_rig_store(delivery_rig_call(0, i));
    CHECK_EQ(delivery_rig_calls(0), 64);
    for (size_t i = 0; i < 64; i++)
        check_is(0, i, i);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* LINE has its answer: the bot's is not awaited. */
static void test_streams_end_when_it_is_stored(void)
{
    open_with_backlog(3);
    delivery_rig_hold(0);
    delivery_rig_link(0);
    delivery_rig_store(delivery_rig_call(0, 0));
    CHECK(delivery_rig_call(0, 0)->is_aborted);
    CHECK_EQ(delivery_rig_call(0, 0)->why, ERR_CANCELLED);
    CHECK(!delivery_rig_call(0, 1)->is_aborted);
    delivery_rig_close();
}

/* --- the link ends --- */

static void test_the_link_ends_in_the_middle(void)
{
    open_with_backlog(40);
    delivery_rig_hold(0);
    delivery_rig_link(0);
    for (size_t i = 0; i < 10; i++)
        delivery_rig_store(delivery_rig_call(0, i));
    delivery_rig_kill(0);
    CHECK_EQ(delivery_rig_kept(), 30);
    delivery_rig_link(1);
    CHECK_EQ(delivery_rig_calls(1), 30);
    for (size_t i = 0; i < 30; i++) {
        check_is(1, i, 10 + i);
        CHECK_STR(fake_call_field(delivery_rig_call(1, i), LINK_FIELD_ATTEMPT),
                  i == 0 ? "2" : "1");
    }
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* The suspect goes alone. */
static void test_careful_mode(void)
{
    open_with_backlog(40);
    delivery_rig_hold(0);
    delivery_rig_link(0);
    delivery_rig_kill(0);
    delivery_rig_hold(1);
    delivery_rig_link(1);
    CHECK_EQ(delivery_rig_calls(1), 1);
    delivery_rig_ask(0, "40");
    CHECK_EQ(delivery_rig_calls(1), 1);
    delivery_rig_store(delivery_rig_call(1, 0));
    CHECK(delivery_rig_calls(1) > 1); /* it was not the one */
    RIG.agents[1].stores = true;
    for (size_t i = 1; i < delivery_rig_calls(1); i++)
        if (!delivery_rig_call(1, i)->is_stored)
            delivery_rig_store(delivery_rig_call(1, i));
    CHECK_EQ(delivery_rig_calls(1), 41);
    for (size_t i = 0; i < 41; i++)
        check_is(1, i, i);
    delivery_rig_close();
}

static void test_the_third_time_it_is_set_aside(void)
{
    open_with_backlog(3);
    for (size_t i = 0; i < 3; i++) {
        CHECK_EQ(delivery_rig_aside(), 0);
        delivery_rig_hold(i);
        delivery_rig_link(i);
        CHECK_EQ(delivery_rig_calls(i), i == 0 ? 3 : 1);
        check_is(i, 0, 0);
        delivery_rig_kill(i);
    }
    CHECK_EQ(delivery_rig_aside(), 1);
    CHECK_EQ(delivery_rig_kept(), 2);
    delivery_rig_link(3);
    CHECK_EQ(delivery_rig_calls(3), 2);
    check_is(3, 0, 1);
    check_is(3, 1, 2);
    CHECK_EQ(delivery_rig_kept(), 0);
    CHECK_EQ(delivery_rig_aside(), 1);
    delivery_rig_close();
}

/* It was on its way over the link before it came into the inbox. */
static void test_a_direct_one_is_counted_too(void)
{
    static const char *const attempts[] = {"1", "2", "3"};

    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    for (size_t i = 0; i < 3; i++) {
        delivery_rig_hold(i);
        delivery_rig_link(i);
        if (i == 0)
            delivery_rig_ask(0, "0");
        CHECK_EQ(delivery_rig_calls(i), 1);
        CHECK_STR(fake_call_field(delivery_rig_call(i, 0), LINK_FIELD_ATTEMPT), attempts[i]);
        delivery_rig_kill(i);
    }
    delivery_rig_check_accepted(0);
    CHECK_EQ(delivery_rig_aside(), 1);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* Nobody's process died: silence, a takeover, our own end, a token that was revoked. */
static void end_link(size_t i, int how)
{
    if (how == 0) {
        delivery_rig_silence(i);
        front_rig_advance(&RIG, 16000);
    } else if (how == 1) {
        delivery_rig_hold(i + 10);
        delivery_rig_link(i + 10);
        front_rig_advance(&RIG, DISPATCH_TAKEOVER_MS);
        delivery_rig_silence(i + 10);
        front_rig_advance(&RIG, 16000);
    } else {
        links_close(&RIG.state.links);
        front_rig_run(&RIG);
        RIG.state.links.closing = false;
    }
    CHECK(!delivery_rig_tunnel()->link);
}

static void test_what_is_not_counted(void)
{
    for (int how = 0; how < 3; how++) {
        open_with_backlog(1);
        for (size_t i = 0; i < 5; i++) {
            delivery_rig_hold(i);
            delivery_rig_link(i);
            CHECK_EQ(delivery_rig_calls(i), 1);
            CHECK_STR(fake_call_field(delivery_rig_call(i, 0), LINK_FIELD_ATTEMPT), "1");
            end_link(i, how);
        }
        CHECK_EQ(delivery_rig_kept(), 1);
        CHECK_EQ(delivery_rig_aside(), 0);
        delivery_rig_close();
    }
}

/* --- the agent refuses --- */

static void test_4xx_three_times(void)
{
    open_with_backlog(2);
    delivery_rig_hold(0);
    RIG.agents[0].status = 413;
    delivery_rig_link(0);
    front_rig_advance(&RIG, 60000);
    CHECK_EQ(delivery_rig_kept(), 0);
    CHECK_EQ(delivery_rig_aside(), 2);
    delivery_rig_ask(0, "new");
    delivery_rig_check_bot(0, 413, "ok"); /* the sender can be told */
    CHECK_EQ(delivery_rig_aside(), 2);
    delivery_rig_close();
}

static void test_5xx_is_tried_for_ever(void)
{
    open_with_backlog(2);
    delivery_rig_hold(0);
    RIG.agents[0].status = 503;
    delivery_rig_link(0);
    front_rig_advance(&RIG, 300000);
    CHECK(delivery_rig_calls(0) > 10);
    CHECK_EQ(delivery_rig_kept(), 2);
    CHECK_EQ(delivery_rig_aside(), 0);
    delivery_rig_close();
}

/* The disk is slow: what was asked of it before the failure comes when the oldest is due. */
static void test_a_batch_from_before_a_failure(void)
{
    open_with_backlog(40);
    delivery_rig_hold(0);
    delivery_rig_link(0);
    RIG.disk.is_held = true;
    for (size_t i = 0; i < DRAIN_IN_FLIGHT_MAX / 2; i++)
        delivery_rig_store(delivery_rig_call(0, i));
    for (size_t i = DRAIN_IN_FLIGHT_MAX / 2; i < DRAIN_IN_FLIGHT_MAX; i++)
        delivery_rig_answer(delivery_rig_call(0, i), 503, "");
    front_rig_advance(&RIG, DISPATCH_RETRY_MS + 1);
    RIG.disk.is_held = false;
    front_rig_run(&RIG);
    CHECK_EQ(delivery_rig_calls(0), 56);
    for (size_t i = 0; i < 24; i++)
        check_is(0, DRAIN_IN_FLIGHT_MAX + i, DRAIN_IN_FLIGHT_MAX / 2 + i);
    delivery_rig_close();
}

/* --- what comes back from aside --- */

static void restore_all(void)
{
    uint64_t last = inbox_next_seq(RIG.disk.inbox);

    for (uint64_t seq = 1; seq < last; seq++)
        CHECK_EQ(inbox_restore(RIG.disk.inbox, seq), OK);
    dispatch_kick(dispatch_of(&RIG.state, delivery_rig_tunnel()));
    front_rig_run(&RIG);
}

static void test_restored_ones_go_though_younger_ones_went(void)
{
    open_with_backlog(1);
    delivery_rig_hold(0);
    RIG.agents[0].status = 413;
    delivery_rig_link(0);
    front_rig_advance(&RIG, 60000);
    CHECK_EQ(delivery_rig_aside(), 1);
    RIG.agents[0].stores = true;
    RIG.agents[0].status = 200;
    delivery_rig_ask(0, "new");
    delivery_rig_check_bot(0, 200, "ok");
    size_t before = delivery_rig_calls(0);
    restore_all();
    CHECK_EQ(delivery_rig_calls(0), before + 1);
    check_is(0, before, 0);
    CHECK_STR(fake_call_field(delivery_rig_call(0, before), LINK_FIELD_ATTEMPT), "1");
    CHECK_EQ(delivery_rig_kept() + delivery_rig_aside(), 0);
    delivery_rig_close();
}

/* --- what goes away --- */

/* Its owner drops the whole batch while the disk reads it: the rest goes all the same. */
static void test_a_batch_that_is_dropped(void)
{
    open_with_backlog(40);
    delivery_rig_hold(0);
    RIG.disk.is_held = true;
    delivery_rig_link(0);
    for (uint64_t seq = 1; seq <= DRAIN_IN_FLIGHT_MAX; seq++)
        CHECK_EQ(inbox_remove(RIG.disk.inbox, seq, false), OK);
    RIG.disk.is_held = false;
    front_rig_run(&RIG);
    CHECK_EQ(delivery_rig_calls(0), 8);
    check_is(0, 0, DRAIN_IN_FLIGHT_MAX);
    delivery_rig_close();
}

/* --- memory --- */

/* New webhooks have a quarter of the room for themselves. */
static void test_a_backlog_leaves_room_for_new_ones(void)
{
    open_with_backlog(5);
    RIG.state.webhook_bodies += WEBHOOK_BODIES_MAX / 4 * 3;
    delivery_rig_link(0);
    CHECK_EQ(delivery_rig_calls(0), 0);
    delivery_rig_ask(0, "5");
    delivery_rig_check_accepted(0);
    RIG.state.webhook_bodies -= WEBHOOK_BODIES_MAX / 4 * 3;
    front_rig_advance(&RIG, DISPATCH_RETRY_MAX_MS);
    CHECK_EQ(delivery_rig_calls(0), 6);
    for (size_t i = 0; i < 6; i++)
        check_is(0, i, i);
    delivery_rig_close();
}

CHECK_MAIN(TEST(test_a_thousand), TEST(test_at_most_32_on_their_way),
           TEST(test_at_most_4_mib_on_their_way), TEST(test_new_ones_come_last),
           TEST(test_streams_end_when_it_is_stored), TEST(test_the_link_ends_in_the_middle),
           TEST(test_careful_mode), TEST(test_the_third_time_it_is_set_aside),
           TEST(test_a_direct_one_is_counted_too), TEST(test_what_is_not_counted),
           TEST(test_4xx_three_times), TEST(test_5xx_is_tried_for_ever),
           TEST(test_a_batch_from_before_a_failure), TEST(test_a_batch_that_is_dropped),
           TEST(test_restored_ones_go_though_younger_ones_went),
           TEST(test_a_backlog_leaves_room_for_new_ones))
