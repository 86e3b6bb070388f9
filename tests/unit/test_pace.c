#include "relay-client/agent/link/pace.h"

#include "check.h"
#include "relay-client/agent/link/backoff.h"

static struct random_seeded seeded;
static struct pace pace;

static void start(void)
{
    random_seeded_init(&seeded, 1);
    pace = (struct pace){.random = &seeded.base};
}

static void fail(unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        CHECK(pace_failed(&pace) <= BACKOFF_MAX_MS);
}

/* A relay that answers is spared more and more. */
static void test_a_relay_that_fails(void)
{
    uint64_t longest = 0;

    start();
    CHECK_EQ(pace_attempt(&pace), 1);
    CHECK_EQ(pace_failed(&pace), 0);
    CHECK_EQ(pace_attempt(&pace), 2);
    for (int i = 0; i < 100; i++) {
        uint64_t ms = pace_failed(&pace);
        longest = ms > longest ? ms : longest;
    }
    CHECK(longest > BACKOFF_MAX_MS / 2);
    CHECK_EQ(pace_attempt(&pace), 102);
}

/* From one try to the next, whether it fails at once or after a while. */
static void test_no_network(void)
{
    uint64_t now = 1000;

    start();
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t took = i % 3 * 500;
        (void)pace_begin(&pace, now, 0);
        uint64_t wait = pace_unreached(&pace, now + took);
        CHECK(wait + took >= PACE_UNREACHED_MS / 2);
        CHECK(took < 1000 ? wait + took <= PACE_UNREACHED_MS : wait == 0);
        now += took + wait;
    }
    CHECK_EQ(pace_attempt(&pace), 1001);
    CHECK_EQ(pace_failed(&pace), 0); /* of the relay it is the first */
    CHECK_EQ(pace_attempt(&pace), 2);
}

/* How many of 8 tries give an address long to answer. */
static unsigned patient(uint64_t rtt_us)
{
    unsigned count = 0;

    start();
    for (unsigned i = 0; i < PACE_PATIENT; i++) {
        count += pace_begin(&pace, 0, rtt_us) == PACE_ANSWER_MS;
        (void)pace_unreached(&pace, 0);
    }
    return count;
}

static void test_patience(void)
{
    CHECK_EQ(patient(0), 1);
    CHECK_EQ(patient(1), 1);
    CHECK_EQ(patient((uint64_t)PACE_NEAR_MS * 1000), 1);
    CHECK_EQ(patient((uint64_t)PACE_NEAR_MS * 1000 + 1), PACE_PATIENT);
    start();
    CHECK_EQ(pace_begin(&pace, 0, 0), PACE_ANSWER_MS); /* never there before */
    CHECK_EQ(pace_begin(&pace, 0, 1), PACE_UNREACHED_MS);
}

static void test_a_link_that_lived(void)
{
    start();
    fail(9);
    pace_lived(&pace, BACKOFF_GOOD_MS - 1, false);
    CHECK_EQ(pace_attempt(&pace), 10);
    pace_lived(&pace, BACKOFF_TOLD_MS - 1, true);
    CHECK_EQ(pace_attempt(&pace), 10);
    pace_lived(&pace, BACKOFF_TOLD_MS, true);
    CHECK_EQ(pace_attempt(&pace), 2);
    fail(9);
    pace_lived(&pace, BACKOFF_GOOD_MS, false);
    CHECK_EQ(pace_attempt(&pace), 1);
    (void)pace_unreached(&pace, 0);
    pace_lived(&pace, 0, false);
    CHECK_EQ(pace_attempt(&pace), 1);
}

static void test_news(void)
{
    unsigned news = 0;

    start();
    for (unsigned i = 0; i <= 1000; i++) {
        news += pace_is_news(&pace);
        (void)pace_unreached(&pace, 0);
    }
    CHECK_EQ(news, 11); /* 0, 1, 2, 4 ... 512 */
}

CHECK_MAIN(TEST(test_a_relay_that_fails), TEST(test_no_network), TEST(test_patience),
           TEST(test_a_link_that_lived), TEST(test_news))
