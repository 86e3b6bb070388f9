#include "base/mem.h"
#include "link/heartbeat.h"
#include "unit/check.h"

static struct clock_fake fake;
static struct loop *loop;
static struct heartbeat heart;
static unsigned pings, deaths, wakes;
static bool ends_at_wake, ends_at_ping;

static void on_ping(void *owner)
{
    CHECK(owner == &heart);
    pings++;
    if (ends_at_ping)
        heartbeat_fini(&heart);
}

static void on_dead(void *owner)
{
    CHECK(owner == &heart);
    deaths++;
}

static void on_wake(void *owner)
{
    CHECK(owner == &heart);
    wakes++;
    if (ends_at_wake)
        heartbeat_fini(&heart);
}

static const struct heartbeat_events events = {
    .on_ping = on_ping, .on_dead = on_dead, .on_wake = on_wake};

static void start(void)
{
    pings = deaths = wakes = 0;
    ends_at_wake = ends_at_ping = false;
    clock_fake_init(&fake, 1700000000000);
    CHECK_EQ(loop_new(&fake.base, &loop), OK);
    CHECK_EQ(heartbeat_init(&heart, loop, &events, &heart), OK);
}

static void stop(void)
{
    heartbeat_fini(&heart);
    heartbeat_fini(&heart); /* again does no harm */
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static void due(void)
{
    loop_turn(loop, false);
    deadline_run_due(loop);
}

static void pass(unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        clock_fake_advance(&fake, 1000000);
        due();
    }
}

static void test_silence(void)
{
    start();
    pass(9);
    CHECK_EQ(pings, 0);
    pass(1);
    CHECK_EQ(pings, 1);
    pass(4);
    CHECK_EQ(pings, 1);
    CHECK_EQ(deaths, 0);
    pass(1);
    CHECK_EQ(deaths, 1);
    pass(60);
    CHECK_EQ(deaths, 1);
    CHECK_EQ(pings, 1);
    CHECK_EQ(wakes, 0);
    stop();
}

static void test_an_answer_puts_death_off(void)
{
    start();
    for (int i = 0; i < 100; i++) {
        pass(14);
        heartbeat_heard(&heart);
    }
    CHECK_EQ(pings, 100);
    CHECK_EQ(deaths, 0);
    pass(14);
    CHECK_EQ(deaths, 0);
    pass(1);
    CHECK_EQ(deaths, 1);
    stop();
}

static void test_traffic_needs_no_ping(void)
{
    start();
    for (int i = 0; i < 1000; i++) {
        pass(1);
        heartbeat_heard(&heart);
    }
    CHECK_EQ(pings, 0);
    stop();
}

/* Not at the next full second: 15 s are promised. */
static void test_death_comes_when_it_is_due(void)
{
    start();
    pass(14);
    clock_fake_advance(&fake, 499000);
    due();
    CHECK_EQ(deaths, 0);
    clock_fake_advance(&fake, 1000);
    due();
    CHECK_EQ(deaths, 1);
    stop();
}

/* A suspend: the wall clock goes on, the monotonic one does not. */
static void test_wake_of_a_peer_that_lives(void)
{
    start();
    pass(3);
    clock_fake_jump(&fake, 3600 * 1000);
    pass(1);
    CHECK_EQ(wakes, 1);
    CHECK_EQ(pings, 1);
    pass(2);
    heartbeat_heard(&heart);
    pass(9);
    CHECK_EQ(deaths, 0);
    CHECK_EQ(pings, 1);
    pass(1);
    CHECK_EQ(pings, 2);
    stop();
}

static void test_wake_of_a_peer_that_is_gone(void)
{
    start();
    clock_fake_jump(&fake, 2000);
    pass(1);
    CHECK_EQ(wakes, 1);
    pass(2);
    CHECK_EQ(deaths, 0);
    pass(1);
    CHECK_EQ(deaths, 1);
    CHECK_EQ(pings, 1);
    stop();
}

static void test_small_jumps_and_steps_back_are_no_sleep(void)
{
    start();
    clock_fake_jump(&fake, 1999);
    pass(1);
    CHECK_EQ(wakes, 0);
    fake.wall_offset_ms -= 7200 * 1000;
    pass(1);
    CHECK_EQ(wakes, 0);
    CHECK_EQ(pings, 0);
    pass(13);
    CHECK_EQ(deaths, 1);
    stop();
}

/* The process stood still: nobody is declared dead for that. */
static void test_late_tick(void)
{
    start();
    clock_fake_advance(&fake, 60 * 1000000);
    due();
    CHECK_EQ(deaths, 0);
    CHECK_EQ(wakes, 1);
    CHECK_EQ(pings, 1);
    heartbeat_heard(&heart);
    pass(9);
    CHECK_EQ(deaths, 0);
    CHECK_EQ(pings, 1);
    stop();
}

static void test_end_inside_an_event(void)
{
    start();
    ends_at_wake = true;
    clock_fake_jump(&fake, 5000);
    pass(60);
    CHECK_EQ(wakes, 1);
    CHECK_EQ(pings, 0);
    CHECK_EQ(deaths, 0);
    stop();

    start();
    ends_at_ping = true;
    pass(60);
    CHECK_EQ(pings, 1);
    CHECK_EQ(deaths, 0);
    stop();
}

static void test_out_of_memory(void)
{
    clock_fake_init(&fake, 1700000000000);
    CHECK_EQ(loop_new(&fake.base, &loop), OK);
    mem_fail_at(1);
    CHECK_EQ(heartbeat_init(&heart, loop, &events, &heart), ERR_NOMEM);
    mem_fail_at(0);
    stop();
    struct heartbeat zeroed = {0};
    heartbeat_fini(&zeroed);
}

CHECK_MAIN(TEST(test_silence), TEST(test_an_answer_puts_death_off),
           TEST(test_death_comes_when_it_is_due), TEST(test_traffic_needs_no_ping),
           TEST(test_wake_of_a_peer_that_lives), TEST(test_wake_of_a_peer_that_is_gone),
           TEST(test_small_jumps_and_steps_back_are_no_sleep), TEST(test_late_tick),
           TEST(test_end_inside_an_event), TEST(test_out_of_memory))
