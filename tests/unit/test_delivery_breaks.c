/* The link breaks, the agent cannot store, no stream is to be had: before and after
 * *stored*, in every mode. */
#include "base/container.h"
#include "unit/support/delivery_rig.h"

#define RIG delivery_rig

/* An agent that leaves everything to the test has the request of the first caller. */
static struct fake_call *ask_in_mode(enum link_answer answer, enum link_offline offline)
{
    delivery_rig_open(answer, offline);
    delivery_rig_link(0);
    delivery_rig_hold(0);
    delivery_rig_ask(0, "hello");
    return delivery_rig_call(0, 0);
}

static void check_refused(const struct problem *want)
{
    delivery_rig_check_problem(0, want);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* Kept, answered 200, and it comes over the next link. */
static void check_kept(void)
{
    delivery_rig_check_accepted(0);
    CHECK_EQ(delivery_rig_kept(), 1);
    delivery_rig_link(1);
    CHECK_EQ(delivery_rig_calls(1), 1);
    delivery_rig_check_body(1, 0, "hello");
    CHECK_STR(fake_call_field(delivery_rig_call(1, 0), LINK_FIELD_ANSWERED), "200");
    CHECK_STR(fake_call_field(delivery_rig_call(1, 0), LINK_FIELD_DELIVERY),
              fake_call_field(delivery_rig_call(0, 0), LINK_FIELD_DELIVERY));
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* --- before *stored* --- */

static void break_link(struct fake_call *call)
{
    (void)call;
    delivery_rig_kill(0);
}

static void test_the_link_breaks_before_stored(void)
{
    break_link(ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP));
    check_kept();
    break_link(ask_in_mode(LINK_ANSWER_NOW, LINK_OFFLINE_KEEP));
    check_kept();
    break_link(ask_in_mode(LINK_ANSWER_BOT, LINK_OFFLINE_KEEP));
    check_refused(&problem_not_stored);
    break_link(ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_REFUSE));
    check_refused(&problem_not_stored);
    break_link(ask_in_mode(LINK_ANSWER_NOW, LINK_OFFLINE_REFUSE));
    check_refused(&problem_not_stored);
}

/* The guard has answered by then: it is in the inbox whatever the tunnel's wish is. */
static void test_the_link_breaks_after_the_guard(void)
{
    for (int offline = LINK_OFFLINE_KEEP; offline <= LINK_OFFLINE_REFUSE; offline++) {
        struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD, (enum link_offline)offline);
        front_rig_advance(&RIG, DELIVERY_GUARD_MS);
        delivery_rig_check_accepted(0);
        break_link(call);
        check_kept();
    }
}

static void test_the_link_falls_silent(void)
{
    (void)ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    delivery_rig_silence(0);
    front_rig_advance(&RIG, DELIVERY_GUARD_MS);
    delivery_rig_check_accepted(0);
    front_rig_advance(&RIG, 16000);
    CHECK(!delivery_rig_tunnel()->link);
    check_kept();

    (void)ask_in_mode(LINK_ANSWER_BOT, LINK_OFFLINE_KEEP);
    delivery_rig_silence(0);
    front_rig_advance(&RIG, 16000);
    check_refused(&problem_not_stored);
}

/* --- after it --- */

static void test_the_link_breaks_after_stored(void)
{
    static const enum link_answer modes[] = {LINK_ANSWER_GUARD, LINK_ANSWER_BOT};

    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct fake_call *call = ask_in_mode(modes[i], LINK_OFFLINE_REFUSE);
        delivery_rig_store(call);
        delivery_rig_check_waits(0);
        break_link(call);
        if (modes[i] == LINK_ANSWER_BOT)
            delivery_rig_check_problem(0, &problem_link_broke);
        else
            delivery_rig_check_accepted(0);
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_link(1);
        CHECK_EQ(delivery_rig_calls(1), 0); /* the agent has it */
        delivery_rig_close();
    }
}

static void test_the_link_breaks_in_the_middle_of_the_answer(void)
{
    static const enum link_answer modes[] = {LINK_ANSWER_GUARD, LINK_ANSWER_BOT};

    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct fake_call *call = ask_in_mode(modes[i], LINK_OFFLINE_KEEP);
        delivery_rig_store(call);
        CHECK(fake_call_send_head(call, 500, false));
        CHECK_EQ(exchange_send_body(call->x, "half", 4), OK);
        front_rig_run(&RIG);
        delivery_rig_check_waits(0);
        break_link(call);
        if (modes[i] == LINK_ANSWER_BOT)
            delivery_rig_check_problem(0, &problem_link_broke);
        else
            delivery_rig_check_accepted(0);
        delivery_rig_close();
    }
}

/* --- the agent says no --- */

/* What the agent says instead of *stored*, and whether it may be that others go through. */
static void check_refusal(unsigned status, enum link_answer answer, enum link_offline offline,
                          bool is_passed_on)
{
    struct fake_call *call = ask_in_mode(answer, offline);

    delivery_rig_answer(call, status, "no");
    if (is_passed_on) {
        delivery_rig_check_bot(0, status, "no");
        CHECK_EQ(delivery_rig_kept(), 0);
    } else {
        delivery_rig_check_accepted(0);
        CHECK_EQ(delivery_rig_kept(), 1);
    }
    delivery_rig_close();
}

static void test_the_agent_cannot_store(void)
{
    static const unsigned statuses[] = {429, 500, 503, 599};

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        check_refusal(statuses[i], LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP, false);
        check_refusal(statuses[i], LINK_ANSWER_NOW, LINK_OFFLINE_KEEP, false);
        check_refusal(statuses[i], LINK_ANSWER_BOT, LINK_OFFLINE_KEEP, true);
        check_refusal(statuses[i], LINK_ANSWER_GUARD, LINK_OFFLINE_REFUSE, true);
    }
}

/* It never will: the sender ought to know. */
static void test_the_agent_will_not_have_it(void)
{
    static const unsigned statuses[] = {400, 401, 413, 431, 499};

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        for (int mode = LINK_ANSWER_GUARD; mode <= LINK_ANSWER_BOT; mode++)
            check_refusal(statuses[i], (enum link_answer)mode, LINK_OFFLINE_KEEP, true);
}

/* 4xx while the inbox writes: the sender hears it, and nothing is kept. */
static void test_it_is_declined_while_it_is_written(void)
{
    struct fake_call *call = ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);

    RIG.disk.is_held = true;
    front_rig_advance(&RIG, DELIVERY_GUARD_MS);
    delivery_rig_answer(call, 413, "no");
    delivery_rig_check_bot(0, 413, "no");
    RIG.disk.is_held = false;
    front_rig_run(&RIG);
    CHECK_EQ(delivery_rig_kept(), 0);
    delivery_rig_close();
}

/* I1: 2xx without *stored* is an empty promise. */
static void test_success_without_stored(void)
{
    static const unsigned statuses[] = {200, 201, 299};

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        check_refusal(statuses[i], LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP, false);
        check_refusal(statuses[i], LINK_ANSWER_NOW, LINK_OFFLINE_KEEP, false);
        delivery_rig_answer(ask_in_mode(LINK_ANSWER_BOT, LINK_OFFLINE_KEEP), statuses[i], "ok");
        check_refused(&problem_not_stored);
        delivery_rig_answer(ask_in_mode(LINK_ANSWER_GUARD, LINK_OFFLINE_REFUSE), statuses[i],
                            "ok");
        check_refused(&problem_not_stored);
    }
}

/* --- streams --- */

static void test_the_stream_is_reset_before_stored(void)
{
    for (int bot = 0; bot < 2; bot++) {
        struct fake_call *call =
            ask_in_mode(bot ? LINK_ANSWER_BOT : LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        exchange_close(call->x);
        front_rig_run(&RIG);
        if (bot) {
            check_refused(&problem_not_stored);
            continue;
        }
        delivery_rig_check_accepted(0);
        CHECK_EQ(delivery_rig_kept(), 1);
        delivery_rig_close();
    }
}

static void test_the_stream_is_reset_after_stored(void)
{
    for (int bot = 0; bot < 2; bot++) {
        struct fake_call *call =
            ask_in_mode(bot ? LINK_ANSWER_BOT : LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        delivery_rig_store(call);
        exchange_close(call->x);
        front_rig_run(&RIG);
        if (bot) {
            check_refused(&problem_link_broke);
            continue;
        }
        delivery_rig_check_accepted(0);
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_close();
    }
}

/* As many streams as the link takes, held by nobody in particular.  They get 102, or their
 * resets together would be a flood. */
static void hold_streams(struct exchange **held, size_t len)
{
    struct http_head head;

    RIG.agents[0].stores = true;
    RIG.agents[0].status = 0;

    http_head_init_request(&head, SPAN("GET"), SPAN("/"));
    head.scheme = SPAN("https");
    head.authority = SPAN("mybot.relay.test");
    for (size_t i = 0; i < len; i++)
        CHECK_EQ(links_request(delivery_rig_tunnel()->link, &head, true, NULL, NULL, &held[i]),
                 OK);
    front_rig_run(&RIG);
}

static void test_no_stream_is_free(void)
{
    static struct exchange *held[LINK_STREAMS_MAX];

    for (int mode = LINK_ANSWER_GUARD; mode <= LINK_ANSWER_BOT; mode++) {
        delivery_rig_open((enum link_answer)mode, LINK_OFFLINE_KEEP);
        delivery_rig_link(0);
        hold_streams(held, LINK_STREAMS_MAX);
        delivery_rig_ask(0, "hello");
        delivery_rig_check_accepted(0);
        CHECK_EQ(delivery_rig_kept(), 1);
        CHECK_EQ(delivery_rig_calls(0), LINK_STREAMS_MAX);
        for (size_t i = 0; i < LINK_STREAMS_MAX; i++)
            exchange_let_go(held[i]);
        front_rig_advance(&RIG, 1000);
        CHECK_EQ(delivery_rig_calls(0), LINK_STREAMS_MAX + 1);
        delivery_rig_check_body(0, LINK_STREAMS_MAX, "hello");
        CHECK_EQ(delivery_rig_kept(), 0);
        delivery_rig_close();
    }
}

static void test_one_stream_is_free(void)
{
    static struct exchange *held[LINK_STREAMS_MAX];

    delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    delivery_rig_link(0);
    hold_streams(held, LINK_STREAMS_MAX - 1);
    delivery_rig_ask(0, "hello");
    CHECK_EQ(delivery_rig_calls(0), LINK_STREAMS_MAX);
    delivery_rig_answer(delivery_rig_call(0, LINK_STREAMS_MAX - 1), 200, "ok");
    delivery_rig_check_bot(0, 200, "ok");
    for (size_t i = 0; i < LINK_STREAMS_MAX - 1; i++)
        exchange_let_go(held[i]);
    delivery_rig_close();
}

CHECK_MAIN(TEST(test_the_link_breaks_before_stored), TEST(test_the_link_breaks_after_the_guard),
           TEST(test_the_link_falls_silent), TEST(test_the_link_breaks_after_stored),
           TEST(test_the_link_breaks_in_the_middle_of_the_answer),
           TEST(test_the_agent_cannot_store), TEST(test_the_agent_will_not_have_it),
           TEST(test_it_is_declined_while_it_is_written), TEST(test_success_without_stored),
           TEST(test_the_stream_is_reset_before_stored),
           TEST(test_the_stream_is_reset_after_stored), TEST(test_no_stream_is_free),
           TEST(test_one_stream_is_free))
