/* Whatever fails, and whenever the end comes: who was told 200 finds the webhook at an agent,
 * nothing is left behind, and nothing is touched after it is gone. */
#include "loop/deadline.h"
#include "net/pipe_stream.h"
#include "unit/support/delivery_rig.h"
#include "unit/support/mem_sweep.h"

#define RIG   delivery_rig
#define ASKED 6u

/* Each by a caller of its own, who is asked when memory is back. */
static void ask(size_t n)
{
    char body[2] = {(char)('a' + n), '\0'};
    struct public_request request = front_rig_webhook(body);

    if (RIG.callers[n].conn && public_client_send(front_rig_client(&RIG, n), &request))
        front_rig_run(&RIG);
}

static bool is_told_200(size_t n)
{
    struct public_client *client = front_rig_client(&RIG, n);

    return public_client_look(client) && client->answer.status == 200;
}

static void store(size_t agent)
{
    for (size_t i = 0; i < delivery_rig_calls(agent); i++) {
        struct fake_call *call = delivery_rig_call(agent, i);

        if (call->x && call->is_complete && !call->is_aborted && !call->is_stored)
            (void)fake_call_store(call);
    }
    front_rig_run(&RIG);
}

static void link_if_possible(size_t i)
{
    (void)front_rig_link(&RIG, i, "mybot", RIG.token_id);
}

/* Kept; straight; behind the guard's copy; the link breaks; a new one brings the rest. */
static void run(void)
{
    ask(0);
    link_if_possible(0);
    ask(1);
    delivery_rig_hold(0);
    ask(2);
    front_rig_advance(&RIG, 1500);
    ask(3);
    store(0);
    ask(4);
    fake_agent_close(&RIG.agents[0]);
    front_rig_run(&RIG);
    link_if_possible(1);
    ask(5);
}

static bool is_at_an_agent(char body)
{
    for (size_t a = 0; a < FRONT_RIG_AGENTS; a++)
        for (size_t i = 0; i < delivery_rig_calls(a); i++) {
            const struct fake_call *call = delivery_rig_call(a, i);

            if (call->is_stored && call->body_len == 1 && call->body[0] == (uint8_t)body)
                return true;
        }
    return false;
}

/* Memory is back: what is kept arrives. */
static void check_nothing_is_lost(void)
{
    front_rig_advance(&RIG, 3000);
    delivery_rig_link(9);
    front_rig_advance(&RIG, 3000);
    CHECK_EQ(delivery_rig_kept(), 0);
    for (size_t n = 0; n < ASKED; n++)
        CHECK(!is_told_200(n) || is_at_an_agent((char)('a' + n)));
}

static void test_every_allocation_fails_once(void)
{
    unsigned long n = 0;
    bool is_over = false;

    while (!is_over) {
        delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        for (size_t i = 2; i < ASKED; i++)
            CHECK(front_rig_call(&RIG, i, i % 2));
        mem_fail_at(++n);
        run();
        is_over = mem_sweep_is_over(n);
        check_nothing_is_lost();
        for (size_t i = 0; is_over && i < ASKED; i++)
            CHECK(is_told_200(i));
        delivery_rig_close();
    }
    CHECK(n > 100);
}

/* --- the end at any moment --- */

static unsigned turns_left;

/* False: the end has come. */
static bool turn(void)
{
    if (turns_left == 0)
        return false;
    turns_left--;
    loop_turn(RIG.loop, false);
    return true;
}

static bool turn_until_quiet(void)
{
    for (int i = 0; i < 12; i++)
        if (!turn())
            return false;
    if (turns_left > 0)
        (void)rig_disk_settle(&RIG.disk);
    for (int i = 0; i < 12; i++)
        if (!turn())
            return false;
    return true;
}

static bool send(size_t caller)
{
    struct public_request request = front_rig_webhook("hello");

    CHECK(public_client_send(front_rig_client(&RIG, caller), &request));
    return turn_until_quiet();
}

static bool pass(uint64_t ms)
{
    clock_fake_advance(&RIG.clock, ms * 1000);
    deadline_run_due(RIG.loop);
    rig_disk_tick(&RIG.disk);
    return turn_until_quiet();
}

static bool link_later(size_t i)
{
    struct stream *outside, *inside;

    delivery_rig_hold(i);
    CHECK_EQ(pipe_stream_pair(RIG.loop, 16384, &outside, &inside), OK);
    CHECK_EQ(links_add(&RIG.state.links, inside, delivery_rig_tunnel(), RIG.token_id), OK);
    dispatch_linked(dispatch_of(&RIG.state, delivery_rig_tunnel()));
    CHECK(fake_agent_sit(&RIG.agents[i], RIG.loop, outside, (struct span){0}));
    return turn_until_quiet();
}

static bool store_later(size_t agent, size_t i)
{
    CHECK(fake_call_store(delivery_rig_call(agent, i)));
    return turn_until_quiet();
}

static bool refuse_later(size_t agent, size_t i)
{
    CHECK(fake_call_answer(delivery_rig_call(agent, i), 503, "no"));
    return turn_until_quiet();
}

/* Kept, brought, straight, guarded, refused, stalled. */
static bool live(void)
{
    return send(0) && link_later(0) && send(1) && store_later(0, 0) && store_later(0, 1) &&
           send(0) && pass(1500) && store_later(0, 2) && send(1) && refuse_later(0, 3) &&
           send(0) && pass(500) && pass(1000) && link_later(1);
}

static void test_the_end_at_any_moment(void)
{
    bool is_complete = false;

    for (unsigned turns = 0; !is_complete; turns++) {
        delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        turns_left = turns;
        is_complete = live();
        delivery_rig_close();
        CHECK(turns < 2000);
    }
}

/* The inbox goes first, as in a handover: everything that somebody waits for is in it. */
static void test_the_inbox_goes_at_any_moment(void)
{
    bool is_complete = false;

    for (unsigned turns = 0; !is_complete; turns++) {
        delivery_rig_open(LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
        turns_left = turns;
        is_complete = live();
        delivery_settle_all(&RIG.state);
        RIG.state.inbox = NULL;
        rig_disk_close(&RIG.disk);
        front_rig_run(&RIG);
        front_rig_advance(&RIG, 3000);
        for (size_t i = 0; i < 2; i++)
            if (front_rig_client(&RIG, i)->answer.is_complete)
                CHECK(front_rig_client(&RIG, i)->answer.status > 0);
        delivery_rig_close();
    }
}

CHECK_MAIN(TEST(test_every_allocation_fails_once), TEST(test_the_end_at_any_moment),
           TEST(test_the_inbox_goes_at_any_moment))
