/* The sender goes away, at each point of a delivery's life: nothing changes for the webhook,
 * which was complete; only nobody is answered, and the agent hears that. */
#include "base/container.h"
#include "relay-server/delivery/answer.h"
#include "unit/support/delivery_rig.h"

#define RIG delivery_rig

static struct fake_call *ask_in_mode(enum link_answer answer, enum link_offline offline)
{
    delivery_rig_open(answer, offline);
    delivery_rig_link(0);
    delivery_rig_hold(0);
    delivery_rig_ask(0, "hello");
    return delivery_rig_call(0, 0);
}

static void check_heard(const struct fake_call *call, enum err why)
{
    CHECK(call->is_aborted);
    CHECK_EQ(call->why, why);
}

static void test_before_stored(void)
{
    for (int mode = LINK_ANSWER_GUARD; mode <= LINK_ANSWER_BOT; mode++) {
        struct fake_call *call = ask_in_mode((enum link_answer)mode, LINK_OFFLINE_KEEP);
        delivery_rig_leave(0);
        front_rig_advance(&RIG, 3000);
        CHECK(!call->is_aborted); /* it is on its way still */
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_store(call);
        check_heard(call, ERR_IO);
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_close();
    }
}

static void test_after_stored(void)
{
    static const enum link_answer modes[] = {LINK_ANSWER_GUARD, LINK_ANSWER_BOT};

    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct fake_call *call = ask_in_mode(modes[i], LINK_OFFLINE_KEEP);
        delivery_rig_store(call);
        CHECK(!call->is_aborted);
        delivery_rig_leave(0);
        check_heard(call, ERR_IO);
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_close();
    }
}

/* Only the stream of who went is reset. */
static void test_one_of_two(void)
{
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    CHECK(front_rig_call(&RIG, 2, true));
    delivery_rig_link(0);
    delivery_rig_hold(0);
    delivery_rig_ask(1, "one");
    delivery_rig_ask(2, "two");
    delivery_rig_store(delivery_rig_call(0, 0));
    delivery_rig_store(delivery_rig_call(0, 1));
    public_client_reset(front_rig_client(&RIG, 1));
    front_rig_run(&RIG);
    check_heard(delivery_rig_call(0, 0), ERR_IO);
    delivery_rig_answer(delivery_rig_call(0, 1), 200, "ok");
    delivery_rig_check_bot(2, 200, "ok");
    delivery_rig_close();
}

/* What nobody was told is kept all the same, and says so: the agent need not hurry, but
 * must not think that the sender had 200. */
static void test_then_the_link_breaks(void)
{
    (void)ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    delivery_rig_leave(0);
    delivery_rig_kill(0);
    CHECK_EQ(delivery_rig_kept(), 1);
    delivery_rig_link(1);
    CHECK_EQ(delivery_rig_calls(1), 1);
    CHECK(!fake_call_field(delivery_rig_call(1, 0), LINK_FIELD_ANSWERED));
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

static void test_then_the_link_breaks_and_nothing_may_be_kept(void)
{
    (void)ask_in_mode(LINK_ANSWER_BOT, LINK_OFFLINE_KEEP);
    delivery_rig_leave(0);
    delivery_rig_kill(0);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();

    (void)ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_REFUSE);
    delivery_rig_leave(0);
    delivery_rig_kill(0);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

static void test_then_the_agent_declines(void)
{
    static const unsigned statuses[] = {413, 503};

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        delivery_rig_leave(0);
        delivery_rig_answer(call, statuses[i], "no");
        CHECK_EQ(delivery_rig_kept(), statuses[i] == 503);
        delivery_rig_close();
    }
}

static void test_while_the_inbox_writes(void)
{
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    RIG.disk.is_held = true;
    delivery_rig_ask(0, "hello");
    delivery_rig_leave(0);
    RIG.disk.is_held = false;
    front_rig_run(&RIG);
    CHECK_EQ(delivery_rig_kept(), 1);
    delivery_rig_close();
}

/* After the guard: the sender has its answer, and may go. */
static void test_after_the_guard(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);

    front_rig_advance(&RIG, DELIVERY_GUARD_MS);
    delivery_rig_check_accepted(0);
    delivery_rig_leave(0);
    CHECK(!call->is_aborted);
    delivery_rig_store(call);
    check_heard(call, ERR_CANCELLED);
    delivery_rig_close();
}

/* A sender that reads slowly holds up nobody; in the middle of the answer it may go. */
static void test_in_the_middle_of_the_answer(void)
{
    static uint8_t big[ANSWER_BODY_MAX];

    for (size_t caller = 0; caller < 2; caller++) {
        delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        delivery_rig_link(0);
        delivery_rig_hold(0);
        delivery_rig_ask(caller, "hello");
        struct fake_call *call = delivery_rig_call(0, 0);
        delivery_rig_store(call);
        CHECK(fake_call_send_head(call, 200, false));
        CHECK_EQ(exchange_send_body(call->x, big, sizeof big), OK);
        CHECK_EQ(exchange_send_end(call->x), OK);
        exchange_close(call->x);
        for (int i = 0; i < 30; i++)
            loop_turn(RIG.loop, false);
        delivery_rig_leave(caller);
        CHECK(!fake_agent_is_closed(&RIG.agents[0]));
        CHECK_EQ(RIG.state.webhook_bodies, 0);
        delivery_rig_close();
    }
}

CHECK_MAIN(TEST(test_before_stored), TEST(test_after_stored), TEST(test_one_of_two),
           TEST(test_then_the_link_breaks),
           TEST(test_then_the_link_breaks_and_nothing_may_be_kept),
           TEST(test_then_the_agent_declines), TEST(test_while_the_inbox_writes),
           TEST(test_after_the_guard), TEST(test_in_the_middle_of_the_answer))
