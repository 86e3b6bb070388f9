#include "base/bytes.h"

#include "base/mem.h"
#include "base/random.h"
#include "check.h"

static void check_is(const struct bytes *b, const char *want)
{
    CHECK_EQ(bytes_len(b), strlen(want));
    CHECK_MEM(bytes_peek(b), want, strlen(want));
    CHECK(span_is(bytes_span(b), span_text(want)));
}

static void test_empty_and_zeroed(void)
{
    struct bytes b = {0};
    uint8_t *room;

    check_is(&b, "");
    CHECK_EQ(bytes_append(&b, "x", 1), ERR_LIMIT);
    CHECK_EQ(bytes_append(&b, NULL, 0), OK);
    CHECK_EQ(bytes_append_span(&b, (struct span){0}), OK);
    CHECK_EQ(bytes_printf(&b, "%s", ""), OK);
    CHECK_EQ(bytes_reserve(&b, 0, &room), OK);
    bytes_added(&b, 0);
    bytes_consume(&b, 0);
    bytes_clear(&b);
    bytes_release(&b);
    bytes_fini(&b);
    CHECK_EQ(mem_live(), 0);
}

static void test_the_limit(void)
{
    static const size_t limits[] = {1, 2, 255, 256, 257, 1000, 4096};
    char text[5000];

    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct bytes b;
        uint8_t *room;
        size_t max = limits[i];

        bytes_init(&b, max);
        CHECK_EQ(bytes_append(&b, text, max + 1), ERR_LIMIT);
        CHECK_EQ(bytes_append(&b, text, SIZE_MAX), ERR_LIMIT);
        CHECK_EQ(bytes_append(&b, text, max - 1), OK);
        CHECK_EQ(bytes_append(&b, text, 2), ERR_LIMIT);
        CHECK_EQ(bytes_reserve(&b, 2, &room), ERR_LIMIT);
        CHECK_EQ(bytes_printf(&b, "ab"), ERR_LIMIT);
        CHECK_EQ(bytes_len(&b), max - 1);
        CHECK_EQ(bytes_append(&b, text, 1), OK);
        CHECK_EQ(bytes_append(&b, text, 1), ERR_LIMIT);
        CHECK_EQ(bytes_append(&b, text, SIZE_MAX), ERR_LIMIT);
        CHECK_EQ(bytes_reserve(&b, SIZE_MAX, &room), ERR_LIMIT);
        CHECK_MEM(bytes_peek(&b), text, max);
        bytes_consume(&b, 1);
        CHECK_EQ(bytes_printf(&b, "y"), OK);
        CHECK_EQ(bytes_peek(&b)[max - 1], 'y');
        CHECK_EQ(bytes_len(&b), max);
        bytes_fini(&b);
    }
    CHECK_EQ(mem_live(), 0);
}

static void test_a_limit_near_the_end_of_size_t(void)
{
    struct bytes b;
    uint8_t *room;

    bytes_init(&b, SIZE_MAX);
    CHECK_EQ(bytes_append(&b, "abc", 3), OK);
    mem_fail_at(1);
    CHECK_EQ(bytes_reserve(&b, SIZE_MAX - 3, &room), ERR_NOMEM);
    CHECK_EQ(bytes_reserve(&b, SIZE_MAX - 2, &room), ERR_LIMIT);
    mem_fail_at(0);
    check_is(&b, "abc");
    bytes_fini(&b);
    CHECK_EQ(mem_live(), 0);
}

static void test_printf(void)
{
    struct bytes b;
    char want[2001];

    bytes_init(&b, 2000);
    CHECK_EQ(bytes_append_text(&b, "a="), OK);
    CHECK_EQ(bytes_printf(&b, "%d %s", 42, "end"), OK);
    check_is(&b, "a=42 end");
    bytes_clear(&b);
    /* Every length around the first capacity and beyond: with and without growth. */
    for (int len = 0; len <= 2000; len++) {
        memset(want, ' ', (size_t)len);
        want[len] = '\0';
        if (len > 0)
            want[len - 1] = 'x';
        CHECK_EQ(bytes_printf(&b, "%*s", len, len > 0 ? "x" : ""), OK);
        check_is(&b, want);
        bytes_clear(&b);
        if (len % 3 == 0)
            bytes_release(&b);
    }
    CHECK_EQ(bytes_printf(&b, "%2001s", "x"), ERR_LIMIT);
    check_is(&b, "");
    bytes_fini(&b);
    CHECK_EQ(mem_live(), 0);
}

static void test_reserve_and_added(void)
{
    struct bytes b;
    uint8_t *room;

    bytes_init(&b, 600);
    CHECK_EQ(bytes_reserve(&b, 600, &room), OK);
    memset(room, 'r', 600);
    bytes_added(&b, 3);
    check_is(&b, "rrr");
    CHECK_EQ(bytes_reserve(&b, 597, &room), OK);
    bytes_added(&b, 0);
    check_is(&b, "rrr");
    bytes_fini(&b);
    CHECK_EQ(mem_live(), 0);
}

static void test_release(void)
{
    struct bytes b;

    bytes_init(&b, 100);
    CHECK_EQ(bytes_append_text(&b, "abc"), OK);
    bytes_release(&b);
    check_is(&b, "abc");
    bytes_consume(&b, 3);
    CHECK_EQ(mem_live(), 1);
    bytes_release(&b);
    CHECK_EQ(mem_live(), 0);
    CHECK_EQ(bytes_append_text(&b, "def"), OK);
    check_is(&b, "def");
    bytes_clear(&b);
    check_is(&b, "");
    bytes_fini(&b);
    bytes_fini(&b);
    CHECK_EQ(b.max, 100);
    CHECK_EQ(mem_live(), 0);
}

static enum err append_in_steps(struct bytes *b)
{
    for (int i = 0; i < 40; i++) {
        size_t before = bytes_len(b);
        enum err e = i % 2 ? bytes_printf(b, "%0100d", i) : bytes_append(b, "0123456789", 10);

        if (e) {
            CHECK_EQ(bytes_len(b), before);
            return e;
        }
        bytes_consume(b, 3);
    }
    return OK;
}

static void test_every_allocation_fails_once(void)
{
    enum err e = ERR_NOMEM;

    for (unsigned long n = 1; e; n++) {
        struct bytes b;

        bytes_init(&b, 100000);
        mem_fail_at(n);
        e = append_in_steps(&b);
        CHECK(e == OK || e == ERR_NOMEM);
        CHECK(n > 1 || e == ERR_NOMEM);
        CHECK(n < 8 || e == OK);
        mem_fail_at(0);
        bytes_fini(&b);
        CHECK_EQ(mem_live(), 0);
    }
}

/* The reference: a plain array that is moved at every step. */
struct model {
    uint8_t at[4096];
    size_t len;
};

static void append_both(struct bytes *b, struct model *m, size_t len, struct random *r)
{
    uint8_t text[2048];
    uint8_t *room = NULL;
    bool fits = len <= b->max - m->len;
    bool reserves = random_below(r, 2) == 0;
    enum err e;

    random_fill(r, text, len);
    if (reserves)
        e = bytes_reserve(b, len, &room);
    else
        e = bytes_append(b, text, len);
    CHECK_EQ(e, fits ? OK : ERR_LIMIT);
    if (!fits)
        return;
    if (reserves) {
        memset(room, 0xee, len);
        memcpy(room, text, len);
        bytes_added(b, len);
    }
    memcpy(m->at + m->len, text, len);
    m->len += len;
}

static void consume_both(struct bytes *b, struct model *m, size_t len)
{
    bytes_consume(b, len);
    memmove(m->at, m->at + len, m->len - len);
    m->len -= len;
}

static void run_against_model(uint64_t seed, size_t max)
{
    struct random_seeded random;
    struct model m = {.len = 0};
    struct bytes b;

    random_seeded_init(&random, seed);
    bytes_init(&b, max);
    for (int step = 0; step < 4000; step++) {
        uint64_t what = random_below(&random.base, 100);

        if (what < 55)
            append_both(&b, &m, random_below(&random.base, max / 2 + 2), &random.base);
        else if (what < 97)
            consume_both(&b, &m, random_below(&random.base, m.len + 1));
        else if (what < 98)
            consume_both(&b, &m, m.len);
        else
            bytes_release(&b);
        CHECK_EQ(bytes_len(&b), m.len);
        CHECK_MEM(bytes_peek(&b), m.at, m.len);
        CHECK(b.head <= b.tail && b.tail <= b.cap);
        CHECK(b.cap <= 256 || b.cap <= max + max / 2);
    }
    bytes_fini(&b);
    CHECK_EQ(mem_live(), 0);
}

static void test_random_operations(void)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        run_against_model(seed, 10);
        run_against_model(seed, 300);
        run_against_model(seed, 4000);
    }
}

/* A full queue that is refilled as it drains must not move everything each time:
 * that would be 10^12 bytes here. */
static void test_a_full_queue_is_not_quadratic(void)
{
    const size_t max = 1u << 20;
    struct bytes b;
    uint8_t *room;

    bytes_init(&b, max);
    CHECK_EQ(bytes_reserve(&b, max, &room), OK);
    memset(room, 0, max);
    bytes_added(&b, max);
    for (uint32_t i = 0; i < 1000000; i++) {
        bytes_consume(&b, 1);
        CHECK_EQ(bytes_append(&b, &i, 1), OK);
    }
    CHECK_EQ(bytes_len(&b), max);
    CHECK(b.cap <= max + max / 2);
    bytes_fini(&b);
    CHECK_EQ(mem_live(), 0);
}

CHECK_MAIN(TEST(test_empty_and_zeroed), TEST(test_the_limit),
           TEST(test_a_limit_near_the_end_of_size_t), TEST(test_printf),
           TEST(test_reserve_and_added), TEST(test_release),
           TEST(test_every_allocation_fails_once), TEST(test_random_operations),
           TEST(test_a_full_queue_is_not_quadratic))
