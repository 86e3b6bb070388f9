/* A guard that is up stays up when the process that put it up is gone. */
#include "relay-client/lineapi/guard_memory.h"

#include "unit/check.h"
#include "unit/support/scratch_folder.h"

#define WALL_MS   1790000000000u
#define FILE_NAME "guard"

static struct clock_fake clock_;
static struct push_guard guard;
static struct guard_memory memory;

static void start(void)
{
    push_guard_init(&guard, &clock_.base);
    guard_memory_open(&memory, &guard, scratch_folder_path(FILE_NAME));
}

static void restart(void)
{
    guard_memory_close(&memory);
    start();
}

static void open_all(void)
{
    clock_fake_init(&clock_, WALL_MS);
    (void)scratch_folder_make();
    start();
}

static void close_all(void)
{
    guard_memory_close(&memory);
    scratch_folder_remove();
}

static void pass(uint64_t ms)
{
    clock_fake_advance(&clock_, ms * 1000);
}

/* Up for exactly `ms` more. */
static void check_up_for(uint64_t ms)
{
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_REPLAY);
    pass(ms - 1);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_REPLAY);
    pass(1);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
}

static void test_nothing(void)
{
    open_all();
    CHECK(memory.is_open);
    CHECK_EQ(scratch_folder_mode(FILE_NAME), 0600);
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
    restart();
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
    close_all();
    guard_memory_close(&(struct guard_memory){0});
}

/* Whether the bot has answered or not: nobody heard it do so. */
static void test_inside(void)
{
    open_all();
    push_guard_enter(&guard);
    pass(10000);
    restart();
    check_up_for(PUSH_GUARD_LONGEST_MS - 10000);
    restart();
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
    close_all();
}

static void test_after(void)
{
    open_all();
    push_guard_enter(&guard);
    pass(PUSH_GUARD_LONGEST_MS - PUSH_GUARD_AFTER_MS);
    push_guard_leave(&guard);
    pass(1000);
    restart();
    check_up_for(PUSH_GUARD_AFTER_MS - 1000);
    close_all();
}

static void test_hold(void)
{
    open_all();
    push_guard_hold(&guard, 30000);
    push_guard_hold(&guard, 5000); /* shortens nothing */
    restart();
    check_up_for(30000);
    push_guard_hold(&guard, UINT64_MAX); /* nobody waits for that long again */
    restart();
    check_up_for(PUSH_GUARD_LONGEST_MS);
    close_all();
}

/* The Conversation is renewed by itself. */
static void test_lease(void)
{
    open_all();
    push_guard_lease(&guard, 1, 30000);
    restart();
    CHECK_EQ(push_guard_now(&guard), PUSH_GUARD_OFF);
    close_all();
}

/* After the file was read by somebody who is still there. */
static void test_two_processes(void)
{
    struct push_guard other;
    struct guard_memory others = {0};

    open_all();
    push_guard_init(&other, &clock_.base);
    guard_memory_open(&others, &other, scratch_folder_path(FILE_NAME));
    push_guard_hold(&other, 50000);
    push_guard_hold(&guard, 20000);
    guard_memory_close(&others);
    restart();
    check_up_for(50000);
    close_all();
}

static void test_damaged(void)
{
    static const char *const texts[] = {"",
                                        "1",
                                        "x0000001790000060000",
                                        "99999999999999999999",
                                        "-0000001790000060000",
                                        "00000001790000060000 and more"};
    static const bool are_good[] = {false, false, false, false, false, true};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        open_all();
        guard_memory_close(&memory);
        (void)scratch_folder_write_text(FILE_NAME, texts[i], 0600);
        start();
        CHECK_EQ(push_guard_now(&guard), are_good[i] ? PUSH_GUARD_REPLAY : PUSH_GUARD_OFF);
        push_guard_hold(&guard, 70000);
        restart();
        check_up_for(70000);
        close_all();
    }
}

/* The guard works, but has no memory. */
static void test_no_file(void)
{
    open_all();
    guard_memory_close(&memory);
    push_guard_init(&guard, &clock_.base);
    guard_memory_open(&memory, &guard, scratch_folder_path("nowhere/guard"));
    CHECK(!memory.is_open);
    push_guard_hold(&guard, 1000);
    check_up_for(1000);
    close_all();
}

CHECK_MAIN(TEST(test_nothing), TEST(test_inside), TEST(test_after), TEST(test_hold),
           TEST(test_lease), TEST(test_two_processes), TEST(test_damaged), TEST(test_no_file))
