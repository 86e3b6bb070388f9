#include "net/fault_stream.h"

#include "base/mem.h"
#include "check.h"
#include "net/pipe_stream.h"
#include "unit/support/net_peer.h"

static struct loop *loop;
static struct fault_plan plan;
static struct net_peer near, far; /* `near` sits on the fault stream */

static void start(struct fault_plan p)
{
    struct stream *a, *b, *top;

    plan = p;
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(pipe_stream_pair(loop, 4096, &a, &b), OK);
    CHECK_EQ(fault_stream_wrap(loop, a, &plan, &top), OK);
    near = far = (struct net_peer){0};
    net_peer_sit(&near, loop, top);
    net_peer_sit(&far, loop, b);
    net_peer_wait(&near, &near.opened, 1);
    net_peer_wait(&far, &far.opened, 1);
}

static void stop(void)
{
    net_peer_close(&near);
    net_peer_close(&far);
    net_peer_wait(&near, &near.closed, 1);
    net_peer_wait(&far, &far.closed, 1);
    net_peer_fini(&near);
    net_peer_fini(&far);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static void turn_a_while(void)
{
    for (int i = 0; i < 50; i++)
        loop_turn(loop, false);
}

static void test_without_a_fault(void)
{
    start((struct fault_plan){0});
    net_peer_say(&near, "ping");
    net_peer_wait_bytes(&far, 4);
    net_peer_wait(&near, &near.drained, 1);
    net_peer_say(&far, "pong");
    net_peer_wait_bytes(&near, 4);
    CHECK_STR(stream_peer(near.stream), "pipe");
    CHECK_STR(stream_protocol(near.stream), "");
    CHECK_STR(stream_detail(near.stream), "");
    stream_finish(near.stream);
    net_peer_wait(&far, &far.ended, 1);
    CHECK_EQ(far.end, ERR_EOF);
    stream_finish(far.stream);
    net_peer_wait(&near, &near.ended, 1);
    CHECK_EQ(near.end, ERR_EOF);
    stop();
}

static void test_pieces(void)
{
    start((struct fault_plan){.chunk = 3});
    net_peer_say(&far, "0123456789");
    net_peer_wait_bytes(&near, 10);
    CHECK_EQ(near.largest, 3);
    CHECK_MEM(near.got, "0123456789", 10);
    stop();
}

static void test_pause_between_pieces(void)
{
    start((struct fault_plan){.chunk = 1});
    net_peer_say(&far, "0123456789");
    net_peer_wait_bytes(&near, 4);
    stream_pause(near.stream);
    size_t got = near.got_len;
    turn_a_while();
    CHECK_EQ(near.got_len, got);
    stream_resume(near.stream);
    net_peer_wait_bytes(&near, 10);
    stop();
}

static void test_nth_write_fails(void)
{
    start((struct fault_plan){.fail_write = 3});
    net_peer_say(&near, "one");
    net_peer_say(&near, "two");
    CHECK_EQ(stream_write(near.stream, "three", 5), ERR_IO);
    CHECK_EQ(plan.fail_write, 0);
    net_peer_say(&near, "four");
    net_peer_wait_bytes(&far, 10);
    CHECK_MEM(far.got, "onetwofour", 10);
    stop();
}

static void test_cut(void)
{
    for (uint64_t after = 1; after <= 10; after++) {
        start((struct fault_plan){.cut_after = after});
        net_peer_say(&far, "0123456789abc");
        net_peer_wait(&near, &near.ended, 1);
        CHECK_EQ(near.end, ERR_IO);
        CHECK_EQ(near.got_len, after);
        stop();
    }
}

static void test_stall(void)
{
    start((struct fault_plan){.stall = true});
    net_peer_say(&near, "one");
    turn_a_while();
    CHECK_EQ(far.got_len, 0);
    CHECK_EQ(near.drained, 0);
    CHECK_EQ(stream_queued(near.stream), 3);
    plan.stall = false;
    net_peer_say(&near, "two");
    net_peer_wait_bytes(&far, 6);
    CHECK_MEM(far.got, "onetwo", 6);
    net_peer_wait(&near, &near.drained, 1);
    stop();
}

static void test_reset_goes_through(void)
{
    start((struct fault_plan){0});
    stream_reset(near.stream);
    net_peer_wait(&far, &far.ended, 1);
    CHECK_EQ(far.end, ERR_IO);
    stop();
}

static void close_in_data(struct net_peer *p, enum net_event event)
{
    if (event == NET_DATA)
        stream_close(p->stream);
}

static void test_close_inside_a_piece(void)
{
    start((struct fault_plan){.chunk = 1});
    near.hook = close_in_data;
    net_peer_say(&far, "0123456789");
    net_peer_wait(&near, &near.closed, 1);
    CHECK_EQ(near.got_len, 1);
    stop();
}

CHECK_MAIN(TEST(test_without_a_fault), TEST(test_pieces), TEST(test_pause_between_pieces),
           TEST(test_nth_write_fails), TEST(test_cut), TEST(test_stall),
           TEST(test_reset_goes_through), TEST(test_close_inside_a_piece))
