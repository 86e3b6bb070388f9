#include "base/clock.h"

#include <assert.h>
#include <time.h>

static uint64_t system_monotonic_us(const struct clock *c)
{
    struct timespec now;

    (void)c;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static uint64_t system_wall_ms(const struct clock *c)
{
    struct timespec now;

    (void)c;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

const struct clock *clock_system(void)
{
    static const struct clock clock = {system_monotonic_us, system_wall_ms};

    return &clock;
}

static const struct clock_fake *fake_of(const struct clock *c)
{
    return (const struct clock_fake *)c; /* its first member */
}

static uint64_t fake_monotonic_us(const struct clock *c)
{
    return fake_of(c)->now_us;
}

static uint64_t fake_wall_ms(const struct clock *c)
{
    return fake_of(c)->wall_offset_ms + fake_of(c)->now_us / 1000;
}

/* Not from zero: code that takes 0 for "never" shall show it. */
#define FAKE_START_US 1000000

void clock_fake_init(struct clock_fake *c, uint64_t wall_ms)
{
    assert(wall_ms >= FAKE_START_US / 1000);
    *c = (struct clock_fake){
        .base = {fake_monotonic_us, fake_wall_ms},
        .now_us = FAKE_START_US,
        .wall_offset_ms = wall_ms - FAKE_START_US / 1000,
    };
}

void clock_fake_advance(struct clock_fake *c, uint64_t us)
{
    c->now_us += us;
}

void clock_fake_jump(struct clock_fake *c, uint64_t ms)
{
    c->wall_offset_ms += ms;
}
