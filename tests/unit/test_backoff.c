#include "relay-client/agent/link/backoff.h"

#include "check.h"

static struct random_seeded seeded;

static uint64_t largest_of(unsigned failures, uint64_t max_ms)
{
    uint64_t largest = 0;

    for (int i = 0; i < 2000; i++) {
        uint64_t ms = backoff_ms(&seeded.base, failures, max_ms);
        largest = ms > largest ? ms : largest;
    }
    return largest;
}

static void test_first_try_is_at_once(void)
{
    random_seeded_init(&seeded, 1);
    CHECK_EQ(largest_of(0, BACKOFF_MAX_MS), 0);
}

/* Full jitter: anything from nothing to a ceiling that doubles up to the limit. */
static void check_ceiling(uint64_t max_ms)
{
    uint64_t ceiling = BACKOFF_FIRST_MS;

    random_seeded_init(&seeded, 2);
    for (unsigned failures = 1; failures < 40; failures++) {
        uint64_t largest = largest_of(failures, max_ms);
        CHECK(largest <= ceiling);
        CHECK(largest > ceiling * 9 / 10);
        ceiling = ceiling * 2 < max_ms ? ceiling * 2 : max_ms;
    }
    CHECK(largest_of(UINT32_MAX, max_ms) <= max_ms);
}

static void test_ceiling_doubles(void)
{
    check_ceiling(BACKOFF_MAX_MS);
    check_ceiling(60000);
}

CHECK_MAIN(TEST(test_first_try_is_at_once), TEST(test_ceiling_doubles))
