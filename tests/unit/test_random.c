#include "base/random.h"

#include "check.h"

static void test_system_fills_exactly(void)
{
    uint8_t a[70], b[70];

    for (size_t len = 0; len <= 64; len++) {
        memset(a, 0x55, sizeof(a));
        random_fill(random_system(), a + 3, len);
        for (size_t i = 0; i < 3; i++)
            CHECK(a[i] == 0x55 && a[3 + len + i] == 0x55);
    }
    random_fill(random_system(), a, 64);
    random_fill(random_system(), b, 64);
    CHECK(memcmp(a, b, 64) != 0);
}

static void test_a_large_request(void)
{
    static uint8_t big[100000];
    unsigned counts[256] = {0};

    random_fill(random_system(), big, sizeof(big));
    for (size_t i = 0; i < sizeof(big); i++)
        counts[big[i]]++;
    /* 390 on average, deviation 20: nine of them. */
    for (size_t i = 0; i < 256; i++)
        CHECK(counts[i] > 210 && counts[i] < 570);
}

static void test_seeded_repeats(void)
{
    struct random_seeded a, b, c;
    uint8_t x[100], y[100], z[100];

    random_seeded_init(&a, 42);
    random_seeded_init(&b, 42);
    random_seeded_init(&c, 43);
    random_fill(&a.base, x, sizeof(x));
    random_fill(&b.base, y, sizeof(y));
    random_fill(&c.base, z, sizeof(z));
    CHECK_MEM(x, y, sizeof(x));
    CHECK(memcmp(x, z, sizeof(x)) != 0);
    random_fill(&a.base, x, 13);
    CHECK(memcmp(x, y, 13) != 0);
    random_fill(&b.base, y, 13);
    CHECK_MEM(x, y, 13);
}

static void test_below(void)
{
    struct random_seeded random;
    unsigned counts[7] = {0};

    random_seeded_init(&random, 1);
    for (int i = 0; i < 70000; i++) {
        uint64_t value = random_below(&random.base, 7);

        CHECK(value < 7);
        counts[value]++;
    }
    for (size_t i = 0; i < 7; i++)
        CHECK(counts[i] > 9400 && counts[i] < 10600);
    CHECK_EQ(random_below(&random.base, 1), 0);
    CHECK(random_below(&random.base, UINT64_MAX) < UINT64_MAX);
    CHECK(random_below(random_system(), 2) < 2);
}

/* Gives a value that has to be thrown away first. */
struct random_script {
    struct random base;
    uint64_t values[2];
    size_t next;
};

static void script_fill(struct random *r, void *out, size_t len)
{
    struct random_script *script = (struct random_script *)r;

    CHECK_EQ(len, 8);
    CHECK(script->next < 2);
    memcpy(out, &script->values[script->next++], 8);
}

static void test_below_throws_the_uneven_rest_away(void)
{
    /* 2^64 mod 10 is 6: 0 .. 5 would come up once more often than the others. */
    struct random_script script = {.base = {script_fill}, .values = {5, 6}};

    CHECK_EQ(random_below(&script.base, 10), 6);
    CHECK_EQ(script.next, 2);
}

CHECK_MAIN(TEST(test_system_fills_exactly), TEST(test_a_large_request),
           TEST(test_seeded_repeats), TEST(test_below),
           TEST(test_below_throws_the_uneven_rest_away))
