#include "unit/check.h"

#include "codec/ulid.h"

#include <string.h>

struct constant {
    struct random base;
    uint8_t byte;
};

static void fill_constant(struct random *r, void *out, size_t len)
{
    memset(out, ((struct constant *)(void *)r)->byte, len);
}

static struct constant constant_of(uint8_t byte)
{
    return (struct constant){{fill_constant}, byte};
}

static void make(struct ulid_maker *m, uint64_t ms, struct constant *r, char out[static 27])
{
    ulid_make(m, ms, &r->base, out);
    CHECK_EQ(strlen(out), ULID_LEN);
    CHECK(ulid_is_valid(span_text(out)));
}

static void test_known_value(void)
{
    struct ulid_maker m = {0};
    struct constant zeroes = constant_of(0);
    char out[27];

    make(&m, 1469918176385, &zeroes, out);
    CHECK_STR(out, "01ARYZ6S410000000000000000");
}

static void test_random_part(void)
{
    struct ulid_maker m = {0};
    struct constant ones = constant_of(0xff);
    char out[27];

    make(&m, 1, &ones, out);
    CHECK_STR(out, "0000000001FZZZZZZZZZZZZZZZ");
}

static void test_ascends_within_a_millisecond(void)
{
    struct ulid_maker m = {0};
    struct random_seeded r;
    char last[27] = "";
    char out[27];

    random_seeded_init(&r, 7);
    for (int i = 0; i < 5000; i++) {
        ulid_make(&m, 1700000000000, &r.base, out);
        CHECK(strcmp(out, last) > 0);
        memcpy(last, out, sizeof(last));
    }
}

static void test_ascends_when_the_clock_steps_back(void)
{
    struct ulid_maker m = {0};
    struct random_seeded r;
    char first[27];
    char second[27];
    uint64_t ms;

    random_seeded_init(&r, 8);
    ulid_make(&m, 5000, &r.base, first);
    ulid_make(&m, 4000, &r.base, second);
    CHECK(strcmp(second, first) > 0);
    CHECK(ulid_parse_ms(span_text(second), &ms));
    CHECK_EQ(ms, 5000);
}

/* All ones count up into the next millisecond. */
static void test_random_part_runs_over(void)
{
    struct ulid_maker m = {.last_ms = 9};
    struct constant zeroes = constant_of(0);
    char out[27];
    uint64_t ms;

    memset(m.random_part, 0xff, sizeof(m.random_part));
    make(&m, 9, &zeroes, out);
    CHECK(ulid_parse_ms(span_text(out), &ms));
    CHECK_EQ(ms, 10);
}

static void test_time_is_limited_to_48_bits(void)
{
    struct ulid_maker m = {0};
    struct constant zeroes = constant_of(0);
    char out[27];

    make(&m, UINT64_MAX, &zeroes, out);
    CHECK_STR(out, "7ZZZZZZZZZ0000000000000000");
}

static void test_parse(void)
{
    uint64_t ms = 1;

    CHECK(ulid_parse_ms(SPAN("01ARYZ6S41TSV4RRFFQ69G5FAV"), &ms));
    CHECK_EQ(ms, 1469918176385);
    CHECK(ulid_is_valid(SPAN("01FZ74A0TDDPYRVKNK77XKC3ZR")));
    CHECK(!ulid_is_valid(SPAN("01FZ74A0TDDPYRVKNK77XKC3Z")));
    CHECK(!ulid_is_valid(SPAN("01FZ74A0TDDPYRVKNK77XKC3ZRR")));
    CHECK(!ulid_is_valid(SPAN("81FZ74A0TDDPYRVKNK77XKC3ZR"))); /* 49 bits */
    CHECK(!ulid_is_valid(SPAN("01FZ74A0TDDPYRVKNK77XKC3Zr")));
    CHECK(!ulid_is_valid(SPAN("01FZ74A0TDDPYRVKNK77XKC3\0R")));
    CHECK(!ulid_is_valid((struct span){0}));
    for (const char *bad = "ILOU-/ \xc3"; *bad; bad++) {
        char text[] = "01FZ74A0TDDPYRVKNK77XKC3ZR";

        text[12] = *bad;
        CHECK(!ulid_is_valid(span_text(text)));
    }
}

CHECK_MAIN(TEST(test_known_value), TEST(test_random_part),
           TEST(test_ascends_within_a_millisecond),
           TEST(test_ascends_when_the_clock_steps_back), TEST(test_random_part_runs_over),
           TEST(test_time_is_limited_to_48_bits), TEST(test_parse))
