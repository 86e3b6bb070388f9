/* A webhook's life when all is well: straight over the link, or kept and brought later. */
#include "unit/support/delivery_rig.h"

#define RIG delivery_rig

static void test_straight_over_the_link(void)
{
    for (size_t i = 0; i < 2; i++) {
        delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        delivery_rig_link(0);
        delivery_rig_ask(i, "hello");
        delivery_rig_check_bot(i, 200, "ok");
        CHECK_EQ(front_rig_client(&RIG, i)->answer.interims, 0);
        const struct fake_call *call = delivery_rig_call(0, 0);
        delivery_rig_check_body(0, 0, "hello");
        CHECK(call->is_stored);
        CHECK_EQ(fake_call_count(call, LINK_FIELD_DELIVERY), 1);
        CHECK_STR(fake_call_field(call, LINK_FIELD_ATTEMPT), "1");
        CHECK(!fake_call_field(call, LINK_FIELD_ANSWERED));
        CHECK(!fake_call_field(call, LINK_FIELD_KEPT));
        CHECK(!fake_call_field(call, LINK_FIELD_RESUME));
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_close();
    }
}

/* I5: whoever answers. */
static void test_no_agent_and_it_is_kept(void)
{
    for (int answer = LINK_ANSWER_GUARD; answer <= LINK_ANSWER_BOT; answer++) {
        delivery_rig_open((enum link_answer)answer, LINK_OFFLINE_KEEP);
        for (size_t i = 0; i < 2; i++) {
            delivery_rig_ask(i, "hello");
            delivery_rig_check_accepted(i);
        }
        CHECK_EQ(delivery_rig_kept(), 2);
        delivery_rig_close();
    }
}

static void test_no_agent_and_it_is_refused(void)
{
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_REFUSE);
    for (size_t i = 0; i < 2; i++) {
        delivery_rig_ask(i, "hello");
        delivery_rig_check_problem(i, &problem_no_agent);
    }
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* The agent goes while the request is read. */
static void test_the_agent_goes_before_the_request_is_complete(void)
{
    for (int keeps = 0; keeps < 2; keeps++) {
        struct public_request request = front_rig_webhook("");

        request.body.len = 5;
        request.is_begun = true;
        delivery_rig_open(LINK_ANSWER_GUARD, keeps ? LINK_OFFLINE_KEEP : LINK_OFFLINE_REFUSE);
        delivery_rig_link(0);
        front_rig_ask(&RIG, 0, &request);
        delivery_rig_kill(0);
        CHECK(public_client_more(front_rig_client(&RIG, 0), "hello", 5));
        front_rig_run(&RIG);
        if (keeps)
            delivery_rig_check_accepted(0);
        else
            delivery_rig_check_problem(0, &problem_no_agent);
        delivery_rig_close();
    }
}

/* 200 is not said before the disk has it. */
static void test_200_waits_for_the_disk(void)
{
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    RIG.disk.is_held = true;
    delivery_rig_ask(0, "hello");
    front_rig_advance(&RIG, 1700);
    delivery_rig_check_waits(0);
    RIG.disk.is_held = false;
    front_rig_run(&RIG);
    delivery_rig_check_accepted(0);
    delivery_rig_close();
}

/* Nobody comes for what a dead token's tunnel keeps. */
static void test_a_dead_token_keeps_nothing(void)
{
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    token_store_at(&RIG.tokens, 0)->revoked_ms = FRONT_RIG_NOW_MS;
    token_store_save(&RIG.tokens);
    front_rig_reload_tokens(&RIG);
    delivery_rig_ask(0, "hello");
    delivery_rig_check_problem(0, &problem_no_agent);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

static void test_no_inbox(void)
{
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    RIG.state.inbox = NULL;
    delivery_rig_ask(0, "hello");
    delivery_rig_check_problem(0, &problem_not_kept);
    delivery_rig_link(0);
    delivery_rig_ask(0, "hello");
    delivery_rig_check_bot(0, 200, "ok");
    delivery_rig_close();
}

static void test_it_is_brought_when_a_link_comes(void)
{
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    delivery_rig_ask(0, "one");
    front_rig_advance(&RIG, 5000);
    delivery_rig_ask(1, "two");
    delivery_rig_link(0);
    CHECK_EQ(delivery_rig_calls(0), 2);
    delivery_rig_check_body(0, 0, "one");
    delivery_rig_check_body(0, 1, "two");
    for (size_t i = 0; i < 2; i++) {
        const struct fake_call *call = delivery_rig_call(0, i);
        CHECK(call->is_stored);
        CHECK_STR(fake_call_field(call, LINK_FIELD_ANSWERED), "200");
        CHECK_STR(fake_call_field(call, LINK_FIELD_ATTEMPT), "1");
        CHECK_STR(fake_call_field(call, LINK_FIELD_RECEIVED),
                  i == 0 ? "1795894306000" : "1795894311000");
    }
    CHECK_STR(fake_call_field(delivery_rig_call(0, 0), LINK_FIELD_KEPT), "1");
    CHECK(!fake_call_field(delivery_rig_call(0, 1), LINK_FIELD_KEPT));
    CHECK_EQ(delivery_rig_kept(), 0);
    CHECK_EQ(delivery_rig_delivered(), 2);
    delivery_rig_ask(0, "three");
    delivery_rig_check_bot(0, 200, "ok");
    delivery_rig_check_body(0, 2, "three");
    delivery_rig_close();
}

/* What the public side sent, not what the relay adds, counts for the limit. */
static void ask_with_fields(size_t count)
{
    static char fields[HTTP_FIELDS_MAX * 16];
    struct public_request request = front_rig_webhook("{}");
    size_t len = (size_t)snprintf(fields, sizeof fields, "x-line-signature: a\n");

    for (size_t i = 1; i < count; i++)
        len += (size_t)snprintf(fields + len, sizeof fields - len, "x-%zu: v\n", i);
    request.fields = fields;
    front_rig_ask(&RIG, 1, &request);
}

static void test_room_for_our_fields(void)
{
    /* for, proto, host; and six that Hookline may add */
    for (size_t too_many = 0; too_many < 2; too_many++) {
        delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        ask_with_fields(HTTP_FIELDS_MAX - 9 + too_many);
        if (too_many)
            delivery_rig_check_problem(1, &problem_fields_too_large);
        else
            delivery_rig_check_accepted(1);
        CHECK_EQ(delivery_rig_kept(), 1 - too_many);
        delivery_rig_close();
    }
}

CHECK_MAIN(TEST(test_straight_over_the_link), TEST(test_no_agent_and_it_is_kept),
           TEST(test_no_agent_and_it_is_refused),
           TEST(test_the_agent_goes_before_the_request_is_complete),
           TEST(test_200_waits_for_the_disk), TEST(test_a_dead_token_keeps_nothing),
           TEST(test_no_inbox), TEST(test_it_is_brought_when_a_link_comes),
           TEST(test_room_for_our_fields))
