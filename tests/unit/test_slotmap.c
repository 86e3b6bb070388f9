#include "base/slotmap.h"

#include "base/mem.h"
#include "base/random.h"
#include "check.h"

static void test_add_get_remove(void)
{
    struct slotmap m;
    slot_ref a, b;
    int x, y;

    slotmap_init(&m, 10);
    CHECK_EQ(slotmap_add(&m, &x, &a), OK);
    CHECK_EQ(slotmap_add(&m, &y, &b), OK);
    CHECK(a != 0 && b != 0 && a != b);
    CHECK(slotmap_get(&m, a) == &x && slotmap_get(&m, b) == &y);
    CHECK_EQ(slotmap_count(&m), 2);
    slotmap_remove(&m, a);
    CHECK(slotmap_get(&m, a) == NULL && slotmap_get(&m, b) == &y);
    slotmap_remove(&m, a);
    CHECK_EQ(slotmap_count(&m), 1);
    slotmap_fini(&m);
    CHECK_EQ(mem_live(), 0);
}

static void test_a_stale_reference_finds_nothing(void)
{
    struct slotmap m;
    slot_ref first, next;
    int x, y;

    slotmap_init(&m, 1);
    CHECK_EQ(slotmap_add(&m, &x, &first), OK);
    slotmap_remove(&m, first);
    CHECK_EQ(slotmap_add(&m, &y, &next), OK);
    CHECK(first != next);
    CHECK(slotmap_get(&m, first) == NULL);
    slotmap_remove(&m, first);
    CHECK(slotmap_get(&m, next) == &y);
    CHECK_EQ(slotmap_count(&m), 1);
    slotmap_fini(&m);
}

static void test_references_that_never_were(void)
{
    struct slotmap m = {0};
    slot_ref ref;
    int x;

    CHECK(slotmap_get(&m, 0) == NULL && slotmap_get(&m, UINT64_MAX) == NULL);
    CHECK_EQ(slotmap_add(&m, &x, &ref), ERR_LIMIT);
    slotmap_remove(&m, 1);
    slotmap_fini(&m);

    slotmap_init(&m, 100);
    CHECK_EQ(slotmap_add(&m, &x, &ref), OK);
    CHECK(slotmap_get(&m, 0) == NULL && slotmap_get(&m, UINT64_MAX) == NULL);
    CHECK(slotmap_get(&m, ref + 1) == NULL);
    CHECK(slotmap_get(&m, ref + ((slot_ref)1 << 32)) == NULL);
    CHECK(slotmap_get(&m, ref & UINT32_MAX) == NULL);
    slotmap_fini(&m);
    CHECK(slotmap_get(&m, ref) == NULL);
    CHECK_EQ(mem_live(), 0);
}

static void test_the_limit(void)
{
    static const uint32_t limits[] = {1, 15, 16, 17, 100};

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct slotmap m;
        slot_ref refs[100], one_more;

        slotmap_init(&m, limits[i]);
        for (uint32_t n = 0; n < limits[i]; n++)
            CHECK_EQ(slotmap_add(&m, &refs[n], &refs[n]), OK);
        CHECK_EQ(slotmap_add(&m, &m, &one_more), ERR_LIMIT);
        for (uint32_t n = 0; n < limits[i]; n++)
            CHECK(slotmap_get(&m, refs[n]) == &refs[n]);
        slotmap_remove(&m, refs[limits[i] / 2]);
        CHECK_EQ(slotmap_add(&m, &m, &one_more), OK);
        CHECK_EQ(slotmap_count(&m), limits[i]);
        slotmap_fini(&m);
    }
    CHECK_EQ(mem_live(), 0);
}

static void test_every_allocation_fails_once(void)
{
    for (unsigned long n = 1; n <= 4; n++) {
        struct slotmap m;
        slot_ref refs[100];
        uint32_t added = 0;

        slotmap_init(&m, 100);
        mem_fail_at(n);
        for (enum err e = OK; added < 100; added += !e) {
            e = slotmap_add(&m, &refs[added], &refs[added]);
            CHECK(e == OK || e == ERR_NOMEM);
            CHECK_EQ(slotmap_count(&m), added + !e);
        }
        for (uint32_t i = 0; i < added; i++)
            CHECK(slotmap_get(&m, refs[i]) == &refs[i]);
        slotmap_fini(&m);
        mem_fail_at(0);
    }
    CHECK_EQ(mem_live(), 0);
}

/* All references ever given are kept: the removed ones must stay stale. */
enum { OPS = 20000, MAX = 50 };
static slot_ref refs[OPS];
static bool alive[OPS];
static uint32_t given, count;

static void add_one(struct slotmap *m)
{
    enum err e = slotmap_add(m, &refs[given], &refs[given]);

    CHECK_EQ(e, count < MAX ? OK : ERR_LIMIT);
    if (e)
        return;
    alive[given++] = true;
    count++;
}

/* One of the latest, which may be gone already. */
static void remove_one(struct slotmap *m, struct random *r)
{
    uint32_t back = given < 80 ? given : 80;

    if (given == 0)
        return;
    uint32_t i = given - 1 - (uint32_t)random_below(r, back);
    slotmap_remove(m, refs[i]);
    count -= alive[i];
    alive[i] = false;
}

static void check_one(const struct slotmap *m, uint32_t i)
{
    CHECK(slotmap_get(m, refs[i]) == (alive[i] ? (void *)&refs[i] : NULL));
}

static void test_random_operations(void)
{
    struct slotmap m;
    struct random_seeded random;

    random_seeded_init(&random, 3);
    slotmap_init(&m, MAX);
    for (int i = 0; i < OPS; i++) {
        if (random_below(&random.base, 2) == 0)
            add_one(&m);
        else
            remove_one(&m, &random.base);
        check_one(&m, (uint32_t)random_below(&random.base, given + 1));
        CHECK_EQ(slotmap_count(&m), count);
    }
    for (uint32_t i = 0; i < given; i++)
        check_one(&m, i);
    slotmap_fini(&m);
    CHECK_EQ(mem_live(), 0);
}

CHECK_MAIN(TEST(test_add_get_remove), TEST(test_a_stale_reference_finds_nothing),
           TEST(test_references_that_never_were), TEST(test_the_limit),
           TEST(test_every_allocation_fails_once), TEST(test_random_operations))
