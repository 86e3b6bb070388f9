/* Requests that come late, and nobody takes over, or not for long. */
#include "relay-server/handover/late_requests.h"

#include "net/pipe_stream.h"
#include "unit/check.h"
#include "unit/support/late_rig.h"
#include "unit/support/mem_sweep.h"

static struct late_rig late;

/* --- it comes to nothing --- */

static void test_give_back(void)
{
    late_rig_open(&late);
    (void)front_rig_tunnel(&late.rig, "mybot", LINK_ANSWER_GUARD, LINK_OFFLINE_KEEP);
    late_rig_get(&late, 0);
    late_rig_webhook(&late, 2);
    late_rig_check_waits(&late, 0);
    late_rig_check_waits(&late, 2);
    late.rig.state.late = NULL;
    CHECK(front_rig_link(&late.rig, 0, "mybot", "token"));
    late_requests_give_back(late.first);
    front_rig_run(&late.rig);
    front_rig_check_status(&late.rig, 0, 200);
    front_rig_check_status(&late.rig, 2, 200);
    CHECK_EQ(late.rig.agents[0].calls_len, 2);
    CHECK_STR(late.rig.agents[0].calls[0]->target, "/page?x=1");
    CHECK_MEM(late.rig.agents[0].calls[1]->body, "hello", 5);
    late_rig_close(&late);
}

static void test_refuse(void)
{
    late_rig_open(&late);
    late_rig_get(&late, 0);
    late_rig_webhook(&late, 1);
    late_requests_refuse(late.first);
    front_rig_run(&late.rig);
    late_rig_check_refused(&late, 0);
    late_rig_check_refused(&late, 1);
    late_rig_get(&late, 2);
    late_rig_check_refused(&late, 2);
    late_rig_webhook(&late, 3);
    late_rig_check_refused(&late, 3);
    CHECK_EQ(late.rig.state.webhook_bodies, 0);
    late_rig_close(&late);
}

static void test_the_next_one_is_lost(void)
{
    late_rig_open(&late);
    late.last.status = 0;
    CHECK(late_rig_link_first(&late) && late_rig_link_second(&late));
    late_rig_get(&late, 0);
    late_rig_get(&late, 1);
    predecessor_close(late.predecessor);
    front_rig_run(&late.rig);
    late_rig_check_refused(&late, 0);
    late_rig_check_refused(&late, 1);
    CHECK(late.last.calls[0]->is_aborted && late.last.calls[1]->is_aborted);
    late_rig_get(&late, 2);
    late_rig_check_refused(&late, 2);
    CHECK(late_requests_is_empty(late.first));
    late_rig_close(&late);
}

/* It ends itself, in good order: what is on its way finishes. */
static void test_the_next_one_ends(void)
{
    late_rig_open(&late);
    late.last.status = 0;
    CHECK(late_rig_link_first(&late) && late_rig_link_second(&late));
    late_rig_get(&late, 0);
    predecessor_shutdown(late.predecessor);
    front_rig_run(&late.rig);
    late_rig_get(&late, 2);
    late_rig_check_refused(&late, 2);
    CHECK(fake_call_answer(late.last.calls[0], 200, "ok"));
    exchange_close(late.last.calls[0]->x);
    front_rig_run(&late.rig);
    front_rig_check_status(&late.rig, 0, 200);
    front_rig_advance(&late.rig, 3000);
    CHECK(!late.predecessor);
    late_rig_close(&late);
}

static void test_closed_with_everything_under_way(void)
{
    for (int step = 0; step < 3; step++) {
        late_rig_open(&late);
        late.last.status = 0;
        late_rig_get(&late, 0);
        late_rig_webhook(&late, 3);
        if (step > 0)
            CHECK(late_rig_link_first(&late));
        if (step > 1)
            CHECK(late_rig_link_second(&late));
        late_requests_close(late.first);
        late_requests_close(late.first);
        front_rig_run(&late.rig);
        CHECK(!late.first);
        late_rig_close(&late);
    }
}

static void test_early_bytes(void)
{
    struct stream *here, *there;

    late_rig_open(&late);
    late_rig_get(&late, 0);
    CHECK_EQ(pipe_stream_pair(late.rig.loop, late.rig.chunk, &here, &there), OK);
    late_requests_pass(late.first, here, SPAN("this is no HTTP/2"));
    front_rig_run(&late.rig);
    late_rig_check_refused(&late, 0);
    stream_let_go(there);
    front_rig_run(&late.rig);
    late_rig_close(&late);
}

static void test_every_allocation_fails(void)
{
    bool over = false;

    for (unsigned long n = 1; !over; n++) {
        late_rig_open(&late);
        CHECK(front_rig_call(&late.rig, 0, false));
        struct public_request request = front_rig_get("/page");
        mem_fail_at(n);
        if (public_client_send(front_rig_client(&late.rig, 0), &request))
            front_rig_run(&late.rig);
        bool linked = late_rig_link_first(&late);
        linked = late_rig_link_second(&late) && linked;
        over = mem_sweep_is_over(n);
        front_rig_run(&late.rig);
        CHECK(!over || linked);
        if (over)
            front_rig_check_status(&late.rig, 0, 200);
        late_rig_close(&late);
    }
}

CHECK_MAIN(TEST(test_give_back), TEST(test_refuse), TEST(test_the_next_one_is_lost),
           TEST(test_the_next_one_ends), TEST(test_closed_with_everything_under_way),
           TEST(test_early_bytes), TEST(test_every_allocation_fails))
