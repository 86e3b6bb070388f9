#include "relay-client/agent/link/backoff.h"

#include "check.h"

static struct random_seeded seeded;

static uint64_t largest_of(unsigned failures)
{
    uint64_t largest = 0;

    for (int i = 0; i < 2000; i++) {
        uint64_t ms = backoff_ms(&seeded.base, failures);
        largest = ms > largest ? ms : largest;
    }
    return largest;
}

static void test_first_try_is_at_once(void)
{
    random_seeded_init(&seeded, 1);
    CHECK_EQ(largest_of(0), 0);
}

/* Full jitter: anything from nothing to a ceiling that doubles up to 20 s. */
static void test_ceiling_doubles(void)
{
    uint64_t ceiling = BACKOFF_FIRST_MS;

    random_seeded_init(&seeded, 2);
    for (unsigned failures = 1; failures < 40; failures++) {
        uint64_t largest = largest_of(failures);
        CHECK(largest <= ceiling);
        CHECK(largest > ceiling * 9 / 10);
        ceiling = ceiling * 2 < BACKOFF_MAX_MS ? ceiling * 2 : BACKOFF_MAX_MS;
    }
    CHECK(largest_of(UINT32_MAX) <= BACKOFF_MAX_MS);
}

CHECK_MAIN(TEST(test_first_try_is_at_once), TEST(test_ceiling_doubles))
