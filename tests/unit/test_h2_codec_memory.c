#include "codec/h2/h2_codec_memory.h"

#include "base/mem.h"
#include "unit/check.h"

static struct h2_codec_memory memory;
static nghttp2_mem hooks;

static void open_memory(size_t max)
{
    h2_codec_memory_init(&memory, max);
    hooks = h2_codec_memory_hooks(&memory);
}

static void close_memory(void)
{
    h2_codec_memory_fini(&memory);
    CHECK_EQ(mem_live(), 0);
}

static void test_budget(void)
{
    open_memory(1000);
    void *a = hooks.malloc(600, hooks.mem_user_data);
    void *b = hooks.calloc(4, 100, hooks.mem_user_data);
    CHECK(a && b && !memory.has_failed);
    CHECK_EQ(memory.used, 1000);
    CHECK(!hooks.malloc(1, hooks.mem_user_data));
    CHECK(memory.has_failed);
    hooks.free(a, hooks.mem_user_data);
    hooks.free(NULL, hooks.mem_user_data);
    CHECK_EQ(memory.used, 400);
    CHECK(hooks.malloc(600, hooks.mem_user_data));
    close_memory(); /* what nobody freed goes too */
}

static void test_growing(void)
{
    open_memory(1000);
    char *a = hooks.realloc(NULL, 10, hooks.mem_user_data);
    CHECK(a);
    memcpy(a, "0123456789", 10);
    a = hooks.realloc(a, 1000, hooks.mem_user_data);
    CHECK(a && memcmp(a, "0123456789", 10) == 0);
    CHECK(!hooks.realloc(a, 1001, hooks.mem_user_data));
    CHECK_MEM(a, "0123456789", 10);
    CHECK_EQ(memory.used, 1000);
    mem_fail_at(1);
    CHECK(!hooks.realloc(a, 500, hooks.mem_user_data));
    mem_fail_at(0);
    CHECK_MEM(a, "0123456789", 10);
    a = hooks.realloc(a, 5, hooks.mem_user_data);
    CHECK(a);
    CHECK_EQ(memory.used, 5);
    hooks.free(a, hooks.mem_user_data);
    CHECK_EQ(memory.used, 0);
    close_memory();
}

static void test_zeroes_and_overflow(void)
{
    static const char zeroes[64];

    open_memory(SIZE_MAX);
    char *a = hooks.calloc(8, 8, hooks.mem_user_data);
    CHECK(a);
    CHECK_MEM(a, zeroes, 64);
    CHECK_EQ((uintptr_t)a % 16, 0);
    CHECK(!hooks.calloc(SIZE_MAX / 2, 3, hooks.mem_user_data));
    CHECK(!hooks.calloc(1, SIZE_MAX, hooks.mem_user_data));
    CHECK(!hooks.malloc(SIZE_MAX - 8, hooks.mem_user_data));
    CHECK(!hooks.realloc(a, SIZE_MAX - 8, hooks.mem_user_data));
    CHECK_MEM(a, zeroes, 64);
    close_memory();
}

static void test_zeroed_is_legal(void)
{
    struct h2_codec_memory zeroed = {0};

    h2_codec_memory_fini(&zeroed);
}

CHECK_MAIN(TEST(test_budget), TEST(test_growing), TEST(test_zeroes_and_overflow),
           TEST(test_zeroed_is_legal))
