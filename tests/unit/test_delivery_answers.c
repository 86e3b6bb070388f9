/* Who answers, and when: guard, now, bot; the bot in time, late, never; with and without
 * *stored* before it. */
#include "base/container.h"
#include "relay-server/delivery/transmit.h"
#include "unit/support/delivery_rig.h"

#define RIG delivery_rig

/* An agent that leaves everything to the test has the request of the first caller. */
static struct fake_call *ask_in_mode(enum link_answer answer)
{
    delivery_rig_open(answer, LINK_OFFLINE_KEEP);
    delivery_rig_link(0);
    delivery_rig_hold(0);
    delivery_rig_ask(0, "hello");
    return delivery_rig_call(0, 0);
}

static void check_reset(const struct fake_call *call, enum err why)
{
    CHECK(call->is_aborted);
    CHECK_EQ(call->why, why);
}

/* --- guard --- */

static void test_guard_passes_any_answer_in_time(void)
{
    static const unsigned statuses[] = {200, 201, 299, 302, 400, 401, 404, 429, 500, 503, 599};

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);
        delivery_rig_store(call);
        front_rig_advance(&RIG, 1000);
        delivery_rig_check_waits(0);
        delivery_rig_answer(call, statuses[i], "what the bot said");
        delivery_rig_check_bot(0, statuses[i], "what the bot said");
        CHECK(!call->is_aborted);
        delivery_rig_close();
    }
}

static void test_guard_passes_fields_and_no_body(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);
    struct http_head head;

    delivery_rig_store(call);
    http_head_init_response(&head, 204);
    CHECK_EQ(http_head_add(&head, SPAN("x-bot"), SPAN("a")), OK);
    CHECK_EQ(http_head_add(&head, SPAN("X-Bot"), SPAN("b")), OK);
    CHECK_EQ(exchange_send_head(call->x, &head, true), OK);
    exchange_close(call->x);
    front_rig_run(&RIG);
    delivery_rig_check_bot(0, 204, "");
    CHECK_STR(public_client_field(front_rig_client(&RIG, 0), "x-bot"), "a");
    delivery_rig_close();
}

static void test_guard_at_1500_ms(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);

    delivery_rig_store(call);
    front_rig_advance(&RIG, DELIVERY_GUARD_MS - 1);
    delivery_rig_check_waits(0);
    CHECK(!call->is_aborted);
    front_rig_advance(&RIG, 1);
    delivery_rig_check_accepted(0);
    check_reset(call, ERR_CANCELLED);
    CHECK_EQ(delivery_rig_kept(), 0); /* it is the agent's */
    delivery_rig_close();
}

static void test_guard_takes_an_answer_at_1499_ms(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);

    delivery_rig_store(call);
    front_rig_advance(&RIG, DELIVERY_GUARD_MS - 1);
    delivery_rig_answer(call, 500, "in time");
    delivery_rig_check_bot(0, 500, "in time");
    front_rig_advance(&RIG, 1);
    delivery_rig_close();
}

/* The time runs from the last byte, not from the first. */
static void test_guard_begins_with_the_last_byte(void)
{
    struct public_request request = front_rig_webhook("");

    request.body.len = 5;
    request.is_begun = true;
    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    delivery_rig_link(0);
    delivery_rig_hold(0);
    front_rig_ask(&RIG, 0, &request);
    front_rig_advance(&RIG, 3000);
    CHECK(public_client_more(front_rig_client(&RIG, 0), "hello", 5));
    front_rig_run(&RIG);
    delivery_rig_store(delivery_rig_call(0, 0));
    CHECK_STR(fake_call_field(delivery_rig_call(0, 0), LINK_FIELD_RECEIVED), "1795894309000");
    front_rig_advance(&RIG, DELIVERY_GUARD_MS - 1);
    delivery_rig_check_waits(0);
    front_rig_advance(&RIG, 1);
    delivery_rig_check_accepted(0);
    delivery_rig_close();
}

/* Half an answer is none. */
static void test_guard_does_not_wait_for_the_rest(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);

    delivery_rig_store(call);
    CHECK(fake_call_send_head(call, 500, false));
    CHECK_EQ(exchange_send_body(call->x, "half", 4), OK);
    front_rig_advance(&RIG, DELIVERY_GUARD_MS - 1);
    delivery_rig_check_waits(0);
    front_rig_advance(&RIG, 1);
    delivery_rig_check_accepted(0);
    check_reset(call, ERR_CANCELLED);
    delivery_rig_close();
}

/* The bot is down, but the webhook is in the journal: LINE need not know. */
static void test_guard_hides_that_the_bot_is_down(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);

    delivery_rig_store(call);
    delivery_rig_answer_for_bot(call, 502);
    delivery_rig_check_accepted(0);
    delivery_rig_close();
}

static void test_guard_and_a_slow_journal(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);

    front_rig_advance(&RIG, DELIVERY_GUARD_MS - 1);
    delivery_rig_check_waits(0);
    CHECK_EQ(delivery_rig_kept(), 0);
    front_rig_advance(&RIG, 1); /* the inbox has it, and vouches for it */
    delivery_rig_check_accepted(0);
    CHECK_EQ(delivery_rig_kept(), 1);
    CHECK(!call->is_aborted); /* it stays on its way */
    front_rig_advance(&RIG, 5000);
    delivery_rig_store(call);
    CHECK_EQ(delivery_rig_kept(), 0);
    CHECK_EQ(delivery_rig_delivered(), 1);
    check_reset(call, ERR_CANCELLED);
    CHECK_EQ(delivery_rig_calls(0), 1);
    delivery_rig_close();
}

/* 102 comes while the inbox still writes: that is enough. */
static void test_guard_is_confirmed_while_it_is_written(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);

    RIG.disk.is_held = true;
    front_rig_advance(&RIG, DELIVERY_GUARD_MS);
    delivery_rig_check_waits(0);
    delivery_rig_store(call);
    delivery_rig_check_accepted(0);
    check_reset(call, ERR_CANCELLED);
    CHECK_EQ(delivery_rig_kept(), 0);
    RIG.disk.is_held = false;
    front_rig_run(&RIG);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* --- now --- */

static void test_now_answers_when_it_is_stored(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_NOW);

    front_rig_advance(&RIG, 100);
    delivery_rig_check_waits(0);
    delivery_rig_store(call);
    delivery_rig_check_accepted(0);
    check_reset(call, ERR_CANCELLED);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

static void test_now_is_guarded_as_well(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_NOW);

    front_rig_advance(&RIG, DELIVERY_GUARD_MS - 1);
    delivery_rig_check_waits(0);
    front_rig_advance(&RIG, 1);
    delivery_rig_check_accepted(0);
    CHECK_EQ(delivery_rig_kept(), 1);
    delivery_rig_store(call);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* --- bot --- */

static void test_bot_waits_however_long(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_BOT);

    delivery_rig_store(call);
    front_rig_advance(&RIG, TRANSMIT_ANSWER_MS - 1);
    delivery_rig_check_waits(0);
    delivery_rig_answer(call, 200, "late");
    delivery_rig_check_bot(0, 200, "late");
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

static void test_bot_waits_60_seconds(void)
{
    for (int stores = 0; stores < 2; stores++) {
        struct fake_call *call = ask_in_mode(LINK_ANSWER_BOT);
        if (stores)
            delivery_rig_store(call);
        front_rig_advance(&RIG, TRANSMIT_ANSWER_MS - 1);
        delivery_rig_check_waits(0);
        front_rig_advance(&RIG, 1);
        delivery_rig_check_problem(0, &problem_no_answer);
        check_reset(call, ERR_IO);
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_close();
    }
}

static void test_bot_hides_nothing(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_BOT);

    delivery_rig_store(call);
    delivery_rig_answer_for_bot(call, 502);
    delivery_rig_check_bot(0, 502, "the bot is down");
    delivery_rig_close();
}

/* --- the size of an answer --- */

static uint8_t big[ANSWER_BODY_MAX + 1];

static void send_big(struct fake_call *call, size_t len)
{
    CHECK(fake_call_send_head(call, 200, false));
    for (size_t at = 0; at < len && call->x && !call->is_aborted;) {
        size_t piece = len - at < 65536 ? len - at : 65536;
        if (exchange_send_body(call->x, big + at, piece) != OK)
            break;
        at += piece;
        front_rig_run(&RIG);
    }
    if (call->x && !call->is_aborted)
        CHECK_EQ(exchange_send_end(call->x), OK);
    front_rig_run(&RIG);
}

static void test_the_largest_answer(void)
{
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (uint8_t)(i * 7 + i / 253);
    for (size_t caller = 0; caller < 2; caller++) {
        delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        delivery_rig_link(0);
        delivery_rig_hold(0);
        delivery_rig_ask(caller, "hello");
        struct fake_call *call = delivery_rig_call(0, 0);
        delivery_rig_store(call);
        send_big(call, ANSWER_BODY_MAX);
        front_rig_check_status(&RIG, caller, 200);
        CHECK_EQ(front_rig_client(&RIG, caller)->answer.body_len, ANSWER_BODY_MAX);
        CHECK_MEM(front_rig_client(&RIG, caller)->answer.body, big, ANSWER_BODY_MAX);
        delivery_rig_close();
    }
}

static void test_an_answer_that_is_too_long(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD);

    delivery_rig_store(call);
    send_big(call, ANSWER_BODY_MAX + 1);
    delivery_rig_check_problem(0, &problem_bad_answer);
    CHECK(call->is_aborted);
    delivery_rig_close();
}

/* What is collected counts, and gives its room back. */
static void test_an_answer_for_which_there_is_no_room(void)
{
    for (int bot = 0; bot < 2; bot++) {
        struct fake_call *call = ask_in_mode(bot ? LINK_ANSWER_BOT : LINK_ANSWER_GUARD);
        size_t before;

        delivery_rig_store(call);
        before = RIG.state.webhook_bodies;
        RIG.state.webhook_bodies = (size_t)64 * 1024 * 1024 - 10000;
        send_big(call, 20000);
        if (bot)
            delivery_rig_check_problem(0, &problem_link_broke);
        else
            delivery_rig_check_accepted(0);
        CHECK_EQ(RIG.state.webhook_bodies + before, (size_t)64 * 1024 * 1024 - 10000);
        RIG.state.webhook_bodies = 0;
        delivery_rig_close();
    }
}

/* --- what only the relay may say --- */

static void test_other_interim_answers(void)
{
    for (size_t caller = 0; caller < 2; caller++) {
        delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        delivery_rig_link(0);
        delivery_rig_hold(0);
        delivery_rig_ask(caller, "hello");
        struct fake_call *call = delivery_rig_call(0, 0);
        CHECK(fake_call_send_head(call, 103, false));
        delivery_rig_store(call);
        CHECK(fake_call_send_head(call, 102, false)); /* again */
        CHECK(fake_call_send_head(call, 103, false));
        delivery_rig_answer(call, 200, "ok");
        delivery_rig_check_bot(caller, 200, "ok");
        CHECK_EQ(front_rig_client(&RIG, caller)->answer.interims, 0);
        delivery_rig_close();
    }
}

CHECK_MAIN(TEST(test_guard_passes_any_answer_in_time),
           TEST(test_guard_passes_fields_and_no_body), TEST(test_guard_at_1500_ms),
           TEST(test_guard_takes_an_answer_at_1499_ms),
           TEST(test_guard_begins_with_the_last_byte),
           TEST(test_guard_does_not_wait_for_the_rest),
           TEST(test_guard_hides_that_the_bot_is_down), TEST(test_guard_and_a_slow_journal),
           TEST(test_guard_is_confirmed_while_it_is_written),
           TEST(test_now_answers_when_it_is_stored), TEST(test_now_is_guarded_as_well),
           TEST(test_bot_waits_however_long), TEST(test_bot_waits_60_seconds),
           TEST(test_bot_hides_nothing), TEST(test_the_largest_answer),
           TEST(test_an_answer_that_is_too_long),
           TEST(test_an_answer_for_which_there_is_no_room), TEST(test_other_interim_answers))
