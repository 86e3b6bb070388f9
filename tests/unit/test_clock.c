#include "base/clock.h"

#include "check.h"

#include <time.h>

static void test_system_clock(void)
{
    const struct clock *c = clock_system();
    uint64_t us = clock_us(c);
    uint64_t seconds = (uint64_t)time(NULL);
    uint64_t wall = clock_wall_ms(c);

    CHECK(us > 0);
    CHECK(clock_us(c) >= us);
    CHECK(wall / 1000 >= seconds - 1 && wall / 1000 <= seconds + 2);
    CHECK(clock_system() == c);
}

static void test_fake_clock(void)
{
    struct clock_fake fake;
    const struct clock *c = &fake.base;

    clock_fake_init(&fake, 1700000000000);
    uint64_t us = clock_us(c);
    CHECK(us > 0);
    CHECK_EQ(clock_wall_ms(c), 1700000000000);
    CHECK_EQ(clock_us(c), us);

    clock_fake_advance(&fake, 2500);
    CHECK_EQ(clock_us(c), us + 2500);
    CHECK_EQ(clock_wall_ms(c), 1700000000002);

    clock_fake_jump(&fake, 3600000);
    CHECK_EQ(clock_us(c), us + 2500);
    CHECK_EQ(clock_wall_ms(c), 1700003600002);
}

CHECK_MAIN(TEST(test_system_clock), TEST(test_fake_clock))
