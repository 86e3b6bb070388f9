#include "relay-client/lineapi/push_guard.h"

#include "check.h"

#define WALL_MS 1790000000000u

struct rig {
    struct clock_fake clock;
    struct push_guard guard;
};

static void open_rig(struct rig *r)
{
    clock_fake_init(&r->clock, WALL_MS);
    push_guard_init(&r->guard, &r->clock.base);
}

static void pass(struct rig *r, uint64_t ms)
{
    clock_fake_advance(&r->clock, ms * 1000);
}

static void test_off_at_first(void)
{
    struct rig r;

    open_rig(&r);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
    CHECK_EQ(push_guard_until(&r.guard), 0);
}

/* A clock that begins at zero, as a machine does that was just switched on. */
static void test_off_at_zero(void)
{
    struct clock_fake clock;
    struct push_guard g;

    clock_fake_init(&clock, WALL_MS);
    clock.now_us = 0;
    push_guard_init(&g, &clock.base);
    CHECK_EQ(push_guard_now(&g), PUSH_GUARD_OFF);
}

static void test_inside_and_a_minute_after(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_enter(&r.guard);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
    CHECK(push_guard_until(&r.guard) == UINT64_MAX);
    pass(&r, (uint64_t)24 * 3600 * 1000); /* the bot takes its time */
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
    push_guard_leave(&r.guard);
    uint64_t left_ms = clock_wall_ms(&r.clock.base);
    for (unsigned second = 0; second < 60; second++) {
        CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
        CHECK_EQ(push_guard_until(&r.guard), left_ms + PUSH_GUARD_AFTER_MS);
        pass(&r, second < 59 ? 1000 : 999);
    }
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY); /* 59.999 s */
    pass(&r, 1);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
    CHECK_EQ(push_guard_until(&r.guard), 0);
}

static void test_overlapping(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_enter(&r.guard);
    push_guard_enter(&r.guard);
    push_guard_leave(&r.guard);
    pass(&r, PUSH_GUARD_AFTER_MS + 1);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
    push_guard_leave(&r.guard);
    pass(&r, PUSH_GUARD_AFTER_MS - 1);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
    pass(&r, 1);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
}

static void test_hold(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_hold(&r.guard, 5000);
    push_guard_hold(&r.guard, 1000); /* shortens nothing */
    pass(&r, 4999);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
    pass(&r, 1);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
    push_guard_hold(&r.guard, UINT64_MAX);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
    CHECK(push_guard_until(&r.guard) == UINT64_MAX);
}

static void test_lease(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_lease(&r.guard, 1, 30000);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_LEASE);
    CHECK_EQ(push_guard_until(&r.guard), clock_wall_ms(&r.clock.base) + 30000);
    pass(&r, 20000);
    push_guard_lease(&r.guard, 1, 30000); /* renewed */
    pass(&r, 29999);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_LEASE);
    pass(&r, 1);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
    push_guard_lease(&r.guard, 1, 30000);
    push_guard_lease(&r.guard, 1, 0);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
}

/* Two pages: the end of one is not the other's. */
static void test_leases_of_two(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_lease(&r.guard, 1, 30000);
    push_guard_lease(&r.guard, 2, 20000);
    push_guard_lease(&r.guard, 3, 0); /* who holds none ends none */
    push_guard_lease(&r.guard, 1, 0);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_LEASE);
    push_guard_lease(&r.guard, 2, 0);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
}

static void test_more_leases_than_places(void)
{
    struct rig r;

    open_rig(&r);
    for (uint64_t holder = 1; holder <= PUSH_GUARD_LEASES + 1; holder++)
        push_guard_lease(&r.guard, holder, 1000 * holder);
    push_guard_lease(&r.guard, 1, 0); /* its place was taken */
    for (uint64_t holder = 2; holder <= PUSH_GUARD_LEASES; holder++)
        push_guard_lease(&r.guard, holder, 0);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_LEASE);
    push_guard_lease(&r.guard, PUSH_GUARD_LEASES + 1, 0);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
}

static void test_replay_goes_before_lease(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_lease(&r.guard, 1, 90000);
    push_guard_enter(&r.guard);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
    push_guard_leave(&r.guard);
    CHECK_EQ(push_guard_until(&r.guard), clock_wall_ms(&r.clock.base) + 90000);
    pass(&r, 60000);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_LEASE);
    push_guard_lease(&r.guard, 1, 0);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
}

/* An end of the lease takes nothing from a replay. */
static void test_end_of_lease_in_replay(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_enter(&r.guard);
    push_guard_lease(&r.guard, 1, 1000);
    push_guard_lease(&r.guard, 1, 0);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
}

/* The wall clock may be set; the guard goes by the other one. */
static void test_wall_clock_jumps(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_enter(&r.guard);
    push_guard_leave(&r.guard);
    clock_fake_jump(&r.clock, (uint64_t)3600 * 1000);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_REPLAY);
    CHECK_EQ(push_guard_until(&r.guard), clock_wall_ms(&r.clock.base) + PUSH_GUARD_AFTER_MS);
}

/* Once too often: it does not go below none. */
static void test_leave_without_enter(void)
{
    struct rig r;

    open_rig(&r);
    push_guard_leave(&r.guard);
    pass(&r, PUSH_GUARD_AFTER_MS);
    CHECK_EQ(push_guard_now(&r.guard), PUSH_GUARD_OFF);
    push_guard_enter(&r.guard);
    push_guard_leave(&r.guard);
    CHECK_EQ(r.guard.inside, 0);
}

CHECK_MAIN(TEST(test_off_at_first), TEST(test_off_at_zero),
           TEST(test_inside_and_a_minute_after), TEST(test_overlapping), TEST(test_hold),
           TEST(test_lease), TEST(test_leases_of_two), TEST(test_more_leases_than_places),
           TEST(test_replay_goes_before_lease), TEST(test_end_of_lease_in_replay),
           TEST(test_wall_clock_jumps), TEST(test_leave_without_enter))
