/* thread-test */
#include "base/mem.h"

#include "check.h"

#include <pthread.h>
#include <stdalign.h>

static void test_alloc_is_zeroed_and_counted(void)
{
    unsigned long before = mem_live();
    uint8_t *p = mem_alloc(1000);

    for (size_t i = 0; i < 1000; i++)
        CHECK_EQ(p[i], 0);
    CHECK_EQ(mem_live(), before + 1);
    mem_free(p);
    mem_free(NULL);
    CHECK_EQ(mem_live(), before);
}

static void test_size_zero_is_a_block(void)
{
    void *p = mem_alloc(0);
    void *q = mem_grow(NULL, 0);

    CHECK(p && q);
    q = mem_grow(q, 0);
    CHECK(q != NULL);
    mem_free(p);
    mem_free(q);
    CHECK_EQ(mem_live(), 0);
}

static void test_grow_keeps_the_old_block_on_failure(void)
{
    char *p = mem_grow(NULL, 4);

    memcpy(p, "abc", 4);
    mem_fail_at(1);
    CHECK(mem_grow(p, 1u << 20) == NULL);
    CHECK_STR(p, "abc");
    CHECK_EQ(mem_live(), 1);
    p = mem_grow(p, 1u << 20);
    CHECK_STR(p, "abc");
    CHECK_EQ(mem_live(), 1);
    mem_free(p);
    CHECK_EQ(mem_live(), 0);
}

static void test_fail_at_counts_down_once(void)
{
    void *p[5] = {0};

    mem_fail_at(3);
    for (size_t i = 0; i < 5; i++) {
        p[i] = mem_alloc(1);
        CHECK_EQ(p[i] == NULL, i == 2);
    }
    mem_fail_at(1);
    mem_fail_at(0);
    CHECK((p[2] = mem_alloc(1)) != NULL);
    for (size_t i = 0; i < 5; i++)
        mem_free(p[i]);
    CHECK_EQ(mem_live(), 0);
}

static void test_text(void)
{
    char *a = mem_text("hello", 3);
    char *b = mem_text(NULL, 0);

    CHECK_STR(a, "hel");
    CHECK_STR(b, "");
    CHECK(mem_text("x", SIZE_MAX) == NULL);
    mem_fail_at(1);
    CHECK(mem_text("x", 1) == NULL);
    mem_free(a);
    mem_free(b);
    CHECK_EQ(mem_live(), 0);
}

static void test_wipe(void)
{
    char secret[] = "correct horse";

    mem_wipe(secret, 7);
    CHECK_MEM(secret, "\0\0\0\0\0\0\0 horse", sizeof(secret));
    mem_wipe(NULL, 0);
}

static void test_secret_blocks(void)
{
    char *p = mem_secret_alloc(100);

    CHECK(p);
    CHECK_EQ((uintptr_t)p % alignof(max_align_t), 0);
    for (size_t i = 0; i < 100; i++)
        CHECK_EQ(p[i], 0);
    memset(p, 'x', 100);
    CHECK_EQ(mem_live(), 1);
    mem_secret_free(p);
    mem_secret_free(NULL);
    p = mem_secret_alloc(0);
    CHECK(p);
    mem_secret_free(p);
    volatile size_t too_much = SIZE_MAX;
    CHECK(!mem_secret_alloc(too_much));
    mem_fail_at(1);
    CHECK(!mem_secret_alloc(1));
    CHECK_EQ(mem_live(), 0);
}

static void test_equal_secret(void)
{
    char a[33], b[33];

    memset(a, 'k', sizeof(a));
    memcpy(b, a, sizeof(b));
    CHECK(mem_equal_secret(a, b, sizeof(a)));
    CHECK(mem_equal_secret(NULL, NULL, 0));
    for (size_t i = 0; i < sizeof(a); i++) {
        for (unsigned bit = 1; bit < 256; bit <<= 1) {
            b[i] ^= (char)bit;
            CHECK(!mem_equal_secret(a, b, sizeof(a)));
            CHECK(mem_equal_secret(a, b, i));
            b[i] ^= (char)bit;
        }
    }
}

static void *allocate_much(void *failures)
{
    for (int i = 0; i < 20000; i++) {
        void *p = mem_alloc(8);

        if (!p)
            ++*(int *)failures;
        mem_free(p);
    }
    return NULL;
}

static void test_counters_from_four_threads(void)
{
    pthread_t threads[4];
    int failures[4] = {0};

    mem_fail_at(30000);
    for (size_t i = 0; i < 4; i++)
        CHECK_EQ(pthread_create(&threads[i], NULL, allocate_much, &failures[i]), 0);
    for (size_t i = 0; i < 4; i++)
        CHECK_EQ(pthread_join(threads[i], NULL), 0);
    CHECK_EQ(failures[0] + failures[1] + failures[2] + failures[3], 1);
    CHECK_EQ(mem_live(), 0);
}

CHECK_MAIN(TEST(test_alloc_is_zeroed_and_counted), TEST(test_size_zero_is_a_block),
           TEST(test_grow_keeps_the_old_block_on_failure), TEST(test_fail_at_counts_down_once),
           TEST(test_text), TEST(test_wipe), TEST(test_secret_blocks), TEST(test_equal_secret),
           TEST(test_counters_from_four_threads))
