/* Limits of wrong tokens under a clock that the test moves. */
#include "base/mem.h"
#include "relay-server/tokens/attempts.h"
#include "tests/unit/check.h"

#define HERE      "192.0.2.7"
#define ELSEWHERE "198.51.100.9"

static struct clock_fake clock_now;
static struct attempts *a;

static void set_up(void)
{
    struct random_seeded random;

    random_seeded_init(&random, 7);
    clock_fake_init(&clock_now, 1700000000000);
    CHECK_EQ(attempts_new(&clock_now.base, &random.base, &a), OK);
}

static void tear_down(void)
{
    attempts_free(a);
    CHECK_EQ(mem_live(), 0);
}

static void pass_ms(uint64_t ms)
{
    clock_fake_advance(&clock_now, ms * 1000);
}

static uint64_t wait_of(const char *peer)
{
    uint64_t wait = 99;
    bool admitted = attempts_admit(a, peer, &wait);

    CHECK_EQ(admitted, wait == 0);
    return wait;
}

static void fail(const char *peer, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        CHECK(attempts_failed(a, peer));
}

static void test_five_are_free(void)
{
    set_up();
    CHECK_EQ(wait_of(HERE), 0);
    fail(HERE, ATTEMPTS_FREE - 1);
    CHECK_EQ(wait_of(HERE), 0);
    fail(HERE, 1);
    CHECK_EQ(wait_of(HERE), ATTEMPTS_PENALTY_MS);
    pass_ms(ATTEMPTS_PENALTY_MS - 1);
    CHECK_EQ(wait_of(HERE), 1);
    pass_ms(1);
    CHECK_EQ(wait_of(HERE), 0);
    tear_down();
}

static void test_window_slides(void)
{
    set_up();
    fail(HERE, 1);
    pass_ms(1);
    fail(HERE, ATTEMPTS_FREE - 2);
    pass_ms(ATTEMPTS_WINDOW_MS - 1); /* the first is now 60 s old, and counts no more */
    fail(HERE, 1);
    CHECK_EQ(wait_of(HERE), 0);
    pass_ms(ATTEMPTS_WINDOW_MS - 1); /* but 4 of these 5 do not either */
    fail(HERE, 3);
    CHECK_EQ(wait_of(HERE), 0);
    fail(HERE, 1); /* the fifth within 60 s, the first one being 59.999 s old */
    CHECK_EQ(wait_of(HERE), ATTEMPTS_PENALTY_MS);
    tear_down();
}

static void test_penalty_doubles_to_its_limit(void)
{
    uint64_t want = ATTEMPTS_PENALTY_MS;

    set_up();
    fail(HERE, ATTEMPTS_FREE);
    for (unsigned i = 0; i < 12; i++) {
        CHECK_EQ(wait_of(HERE), want);
        pass_ms(want);
        CHECK_EQ(wait_of(HERE), 0);
        fail(HERE, 1);
        want = want * 2 < ATTEMPTS_LONGEST_MS ? want * 2 : ATTEMPTS_LONGEST_MS;
    }
    CHECK_EQ(wait_of(HERE), ATTEMPTS_LONGEST_MS);
    tear_down();
}

static void test_quiet_time_forgives(void)
{
    set_up();
    fail(HERE, ATTEMPTS_FREE + 1);
    pass_ms(ATTEMPTS_FORGET_MS - 1);
    fail(HERE, 1);
    CHECK_EQ(wait_of(HERE), 4 * ATTEMPTS_PENALTY_MS);
    pass_ms(ATTEMPTS_FORGET_MS);
    fail(HERE, ATTEMPTS_FREE - 1);
    CHECK_EQ(wait_of(HERE), 0);
    CHECK_EQ(attempts_len(a), 1);
    pass_ms(ATTEMPTS_FORGET_MS);
    fail(ELSEWHERE, 1);
    CHECK_EQ(attempts_len(a), 1);
    tear_down();
}

static void test_success_forgives(void)
{
    set_up();
    attempts_succeeded(a, HERE);
    fail(HERE, ATTEMPTS_FREE - 1);
    attempts_succeeded(a, HERE);
    CHECK_EQ(attempts_len(a), 0);
    fail(HERE, ATTEMPTS_FREE - 1);
    CHECK_EQ(wait_of(HERE), 0);
    tear_down();
}

static void test_networks(void)
{
    static const struct {
        const char *one, *other;
        bool same;
    } cases[] = {
        {"192.0.2.7", "192.0.2.255", true},
        {"192.0.2.7", "192.0.3.7", false},
        {"192.0.2.7", "::ffff:192.0.2.8", true},
        {"::ffff:192.0.2.7", "::ffff:192.0.3.7", false},
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
        {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"", "unix", true},
        {"", "192.0.2.7", false},
        {"0.0.0.1", "::1", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_up();
        fail(cases[i].one, ATTEMPTS_FREE);
        CHECK_EQ(wait_of(cases[i].one), ATTEMPTS_PENALTY_MS);
        CHECK_EQ(wait_of(cases[i].other), cases[i].same ? ATTEMPTS_PENALTY_MS : 0);
        tear_down();
    }
}

static const char *numbered(unsigned n)
{
    static char text[64];

    (void)snprintf(text, sizeof text, "2001:db8:%x:%x::1", n >> 16, n & 0xFFFF);
    return text;
}

static void test_everywhere_at_once(void)
{
    set_up();
    for (unsigned i = 0; i < ATTEMPTS_PER_SECOND; i++)
        CHECK(attempts_failed(a, numbered(i)));
    CHECK_EQ(attempts_len(a), ATTEMPTS_PER_SECOND);
    /* The next ones of this second are neither answered in full nor remembered ... */
    CHECK(!attempts_failed(a, numbered(1000)));
    CHECK_EQ(attempts_len(a), ATTEMPTS_PER_SECOND);
    /* ... but known ones still count, and nobody else waits. */
    for (unsigned i = 0; i < ATTEMPTS_FREE - 1; i++)
        CHECK(!attempts_failed(a, numbered(3)));
    CHECK_EQ(wait_of(numbered(3)), ATTEMPTS_PENALTY_MS);
    CHECK_EQ(wait_of(HERE), 0);
    pass_ms(999);
    CHECK(!attempts_failed(a, HERE));
    pass_ms(1);
    CHECK(attempts_failed(a, HERE));
    tear_down();
}

/* A flood at the full rate for five minutes cannot push out somebody's penalty. */
static void test_memory_is_bounded(void)
{
    unsigned n = 0;

    set_up();
    fail(HERE, ATTEMPTS_FREE);
    for (unsigned i = 0; i < 9; i++) {
        pass_ms(wait_of(HERE));
        fail(HERE, 1);
    }
    CHECK_EQ(wait_of(HERE), ATTEMPTS_LONGEST_MS);
    for (unsigned second = 1; second < 300; second++) {
        pass_ms(1000);
        while (attempts_failed(a, numbered(n)))
            n++;
        CHECK(attempts_len(a) <= ATTEMPTS_NETWORKS_MAX);
    }
    CHECK_EQ(wait_of(HERE), 1000);
    for (unsigned second = 0; second < 100; second++) {
        pass_ms(1000);
        while (attempts_failed(a, numbered(n)))
            n++;
    }
    CHECK(n > ATTEMPTS_NETWORKS_MAX);
    CHECK_EQ(attempts_len(a), ATTEMPTS_NETWORKS_MAX);
    CHECK_EQ(wait_of(HERE), 0);
    tear_down();
}

static void test_allocation_fails(void)
{
    struct random_seeded random;
    enum err e = ERR_NOMEM;

    random_seeded_init(&random, 7);
    clock_fake_init(&clock_now, 1700000000000);
    for (unsigned long n = 1; e; n++) {
        mem_fail_at(n);
        e = attempts_new(&clock_now.base, &random.base, &a);
        mem_fail_at(0);
        CHECK(e == OK || e == ERR_NOMEM);
        CHECK(e == OK || mem_live() == 0);
    }
    tear_down();
    attempts_free(NULL);
}

CHECK_MAIN(TEST(test_five_are_free), TEST(test_window_slides),
           TEST(test_penalty_doubles_to_its_limit), TEST(test_quiet_time_forgives),
           TEST(test_success_forgives), TEST(test_networks), TEST(test_everywhere_at_once),
           TEST(test_memory_is_bounded), TEST(test_allocation_fails))
