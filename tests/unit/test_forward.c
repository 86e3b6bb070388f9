/* A plain request on its way over a link, and all that may become of its answer. */
#include "relay-server/delivery/forward.h"

#include "base/container.h"
#include "base/log.h"
#include "relay-server/problem_table.h"
#include "unit/check.h"
#include "unit/support/front_rig.h"

static struct front_rig rig;

static struct public_client *client(void)
{
    return front_rig_client(&rig, 0);
}

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
    front_rig_open(&rig);
    CHECK(front_rig_link(&rig, 0, "mybot", "token1"));
    CHECK(front_rig_call(&rig, 0, is_h2));
}

static void ask_plain(void)
{
    struct public_request request = front_rig_get("/page");

    front_rig_ask(&rig, 0, &request);
}

static void check_problem(const struct problem *want)
{
    public_client_check_problem(client(), want);
    front_rig_close(&rig);
}

/* --- interim answers --- */

static void interims_then_200(struct fake_call *c, enum fake_agent_event event)
{
    if (event != FAKE_COMPLETE)
        return;
    CHECK(fake_call_send_head(c, 103, false));
    CHECK(fake_call_store(c));
    CHECK(fake_call_send_head(c, 103, false));
    CHECK(fake_call_answer(c, 200, "ok"));
    exchange_close(c->x);
}

/* But for 102, which is for the relay. */
static void test_interim_answers(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        agent()->hook = interims_then_200;
        ask_plain();
        front_rig_check_status(&rig, 0, 200);
        CHECK_EQ(client()->answer.interims, 2); /* 103, 103; never 102 */
        front_rig_close(&rig);
    }
}

static void test_any_status_of_the_bot_passes(void)
{
    static const unsigned statuses[] = {200, 204, 299, 302, 400, 401, 404, 500, 503, 599};

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        set_up(false);
        agent()->status = statuses[i];
        ask_plain();
        front_rig_check_status(&rig, 0, statuses[i]);
        front_rig_close(&rig);
    }
}

static void test_no_stored_is_needed(void)
{
    set_up(false);
    agent()->stores = false;
    ask_plain();
    front_rig_check_status(&rig, 0, 200);
    front_rig_close(&rig);
}

/* --- the link breaks --- */

static void break_link(void)
{
    fake_agent_close(agent());
    front_rig_run(&rig);
}

static void test_link_breaks(void)
{
    set_up(false);
    agent()->status = 0;
    ask_plain();
    break_link();
    check_problem(&problem_link_broke);
}

/* What has begun cannot be taken back: the client must see that it is cut. */
static void begin_answer(struct fake_call *c, enum fake_agent_event event)
{
    if (event != FAKE_COMPLETE)
        return;
    CHECK(fake_call_store(c) && fake_call_send_head(c, 200, false));
    CHECK_EQ(exchange_send_body(c->x, "half", 4), OK);
}

static void test_link_breaks_in_the_middle_of_an_answer(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        agent()->hook = begin_answer;
        ask_plain();
        CHECK(!public_client_look(client()));
        CHECK_EQ(client()->answer.status, 200);
        agent()->hook = NULL;
        break_link();
        CHECK(!public_client_look(client()));
        CHECK(is_h2 ? client()->is_aborted
                    : client()->peer.ended && client()->peer.end != ERR_EOF);
        front_rig_close(&rig);
    }
}

static void reset(struct fake_call *c, enum fake_agent_event event)
{
    if (event == FAKE_COMPLETE)
        exchange_close(c->x);
}

static void test_the_stream_is_reset(void)
{
    set_up(false);
    agent()->hook = reset;
    ask_plain();
    check_problem(&problem_link_broke);
}

/* A link that falls silent is broken, not slow. */
static void test_link_falls_silent(void)
{
    set_up(true);
    agent()->status = 0;
    ask_plain();
    rig.plans[0].stall = true;
    front_rig_advance(&rig, 16000);
    CHECK(public_client_look(client()));
    check_problem(&problem_link_broke);
}

/* --- no answer --- */

static void test_no_answer_within_60_seconds(void)
{
    set_up(true);
    agent()->status = 0;
    ask_plain();
    front_rig_advance(&rig, FORWARD_ANSWER_MS - 1);
    CHECK(!public_client_look(client()));
    front_rig_advance(&rig, 1);
    CHECK(call(0)->is_aborted);
    CHECK_EQ(call(0)->why, ERR_CANCELLED);
    check_problem(&problem_no_answer);
}

/* The last moment is still in time. */
static void test_an_answer_just_in_time(void)
{
    set_up(false);
    agent()->status = 0;
    ask_plain();
    front_rig_advance(&rig, FORWARD_ANSWER_MS - 1);
    CHECK(fake_call_answer(call(0), 200, "late"));
    exchange_close(call(0)->x);
    front_rig_run(&rig);
    front_rig_check_status(&rig, 0, 200);
    front_rig_advance(&rig, 2);
    CHECK_MEM(client()->answer.body, "late", 4);
    front_rig_close(&rig);
}

/* Only the head has to come in time. */
static void test_a_slow_body_is_not_cut(void)
{
    set_up(true);
    agent()->hook = begin_answer;
    ask_plain();
    for (int i = 0; i < 10; i++) {
        front_rig_advance(&rig, FORWARD_ANSWER_MS / 5);
        CHECK_EQ(exchange_send_body(call(0)->x, "more", 4), OK);
        front_rig_run(&rig);
    }
    CHECK_EQ(exchange_send_end(call(0)->x), OK);
    exchange_close(call(0)->x);
    front_rig_run(&rig);
    front_rig_check_status(&rig, 0, 200);
    CHECK_EQ(client()->answer.body_len, 44);
    front_rig_close(&rig);
}

/* --- the client leaves --- */

static void test_the_client_leaves(void)
{
    for (int is_h2 = 0; is_h2 < 2; is_h2++) {
        set_up(is_h2);
        agent()->status = 0;
        ask_plain();
        CHECK(call(0)->is_complete);
        public_client_close(client());
        front_rig_run(&rig);
        CHECK(call(0)->is_aborted);
        CHECK_EQ(call(0)->why, ERR_CANCELLED);
        CHECK(!fake_agent_is_closed(agent())); /* the link is none the worse */
        front_rig_close(&rig);
    }
}

static void test_only_its_stream_is_reset(void)
{
    set_up(true);
    CHECK(front_rig_call(&rig, 1, true));
    agent()->status = 0;
    ask_plain();
    struct public_request other = front_rig_get("/other");
    front_rig_ask(&rig, 1, &other);
    public_client_reset(client());
    front_rig_run(&rig);
    CHECK(call(0)->is_aborted && !call(1)->is_aborted);
    CHECK(fake_call_answer(call(1), 200, "ok"));
    exchange_close(call(1)->x);
    front_rig_run(&rig);
    front_rig_check_status(&rig, 1, 200);
    CHECK(client()->h2 && !client()->is_lost);
    front_rig_close(&rig);
}

CHECK_MAIN(TEST(test_interim_answers), TEST(test_any_status_of_the_bot_passes),
           TEST(test_no_stored_is_needed), TEST(test_link_breaks),
           TEST(test_link_breaks_in_the_middle_of_an_answer), TEST(test_the_stream_is_reset),
           TEST(test_link_falls_silent), TEST(test_no_answer_within_60_seconds),
           TEST(test_an_answer_just_in_time), TEST(test_a_slow_body_is_not_cut),
           TEST(test_the_client_leaves), TEST(test_only_its_stream_is_reset))
