#include "loop/deadline.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/random.h"
#include "check.h"

static struct clock_fake clock_fake;
static struct loop *loop;

static void open_fake(void)
{
    clock_fake_init(&clock_fake, 1700000000000);
    CHECK_EQ(loop_new(&clock_fake.base, &loop), OK);
}

static void open_real(void)
{
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
}

static void close_loop(void)
{
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static void advance_ms(uint64_t ms)
{
    clock_fake_advance(&clock_fake, ms * 1000);
    deadline_run_due(loop);
}

static char ran[64];
static size_t ran_len;

struct letter {
    struct deadline deadline;
    char name;
    struct letter *clears, *sets;
    uint64_t sets_after;
};

static void on_letter(struct deadline *d);

static void set(struct letter *letter, uint64_t after_ms)
{
    CHECK_EQ(deadline_set(loop, &letter->deadline, after_ms, on_letter), OK);
    CHECK(deadline_is_set(&letter->deadline));
}

static void on_letter(struct deadline *d)
{
    struct letter *letter = CONTAINER_OF(d, struct letter, deadline);

    CHECK(!deadline_is_set(d));
    CHECK(loop_now_ms(loop) >= d->due_ms);
    if (ran_len < sizeof(ran) - 1)
        ran[ran_len++] = letter->name;
    ran[ran_len] = '\0';
    if (letter->clears)
        deadline_clear(loop, &letter->clears->deadline);
    if (letter->sets)
        set(letter->sets, letter->sets_after);
}

static void check_ran(const char *want)
{
    CHECK_STR(ran, want);
    ran_len = 0;
    ran[0] = '\0';
}

static void test_each_at_its_moment(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};

    open_fake();
    set(&b, 20);
    set(&c, 30);
    set(&a, 10);
    advance_ms(0);
    advance_ms(9);
    check_ran("");
    advance_ms(1);
    check_ran("a");
    advance_ms(9);
    check_ran("");
    advance_ms(100);
    check_ran("bc");
    CHECK(!deadline_is_set(&a.deadline) && !deadline_is_set(&b.deadline));
    close_loop();
}

static void test_set_again_and_clear(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};

    open_fake();
    deadline_clear(loop, &a.deadline);
    set(&a, 10);
    set(&b, 20);
    set(&c, 30);
    set(&a, 40);
    set(&c, 5);
    deadline_clear(loop, &b.deadline);
    deadline_clear(loop, &b.deadline);
    CHECK(!deadline_is_set(&b.deadline));
    advance_ms(39);
    check_ran("c");
    advance_ms(1);
    check_ran("a");
    set(&b, 0);
    check_ran("");
    advance_ms(0);
    check_ran("b");
    close_loop();
}

static void test_the_end_of_time(void)
{
    struct letter a = {.name = 'a'};

    open_fake();
    set(&a, UINT64_MAX);
    advance_ms(1000000000);
    check_ran("");
    deadline_clear(loop, &a.deadline);
    close_loop();
}

static void test_callbacks_set_and_clear(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};

    open_fake();
    a.clears = &b; /* also due */
    a.sets = &c;   /* not due yet, now due */
    a.sets_after = 0;
    set(&a, 1);
    set(&b, 2);
    set(&c, 50);
    advance_ms(2);
    check_ran("ac");

    a = (struct letter){.name = 'a', .sets = &a, .sets_after = 5};
    set(&a, 5);
    advance_ms(5);
    advance_ms(5);
    advance_ms(5);
    check_ran("aaa");
    deadline_clear(loop, &a.deadline);
    close_loop();
}

static void test_zero_again_and_again_ends(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'};

    open_fake();
    a.sets = &a;
    set(&a, 0);
    advance_ms(0);
    check_ran("a");
    set(&b, 0);
    advance_ms(0);
    advance_ms(1);
    CHECK(strchr(ran, 'b') != NULL);
    CHECK(ran_len <= 4);
    ran_len = 0;
    ran[0] = '\0';
    deadline_clear(loop, &a.deadline);
    close_loop();
}

static void on_freed(struct deadline *d)
{
    mem_free(d);
}

static void test_a_callback_frees_its_object(void)
{
    open_fake();
    for (uint64_t i = 0; i < 5; i++) {
        struct deadline *d = mem_alloc(sizeof(*d));

        CHECK_EQ(deadline_set(loop, d, i % 3, on_freed), OK);
    }
    advance_ms(3);
    close_loop();
}

static void test_out_of_memory_keeps_what_was_set(void)
{
    static struct letter letters[200];
    size_t failures = 0;

    open_fake();
    for (size_t i = 0; i < 200; i++) {
        struct letter *l = &letters[i];

        mem_fail_at(1);
        enum err e = deadline_set(loop, &l->deadline, 10 + i, on_letter);
        mem_fail_at(0);
        CHECK_EQ(e == OK, deadline_is_set(&l->deadline));
        CHECK_EQ(l->deadline.due_ms != 0, e == OK);
        failures += e != OK;
        if (e)
            set(l, 10 + i);
        mem_fail_at(1);
        set(l, 20 + i); /* set already: needs no memory */
        mem_fail_at(0);
    }
    CHECK_EQ(failures, 3);
    advance_ms(19);
    check_ran("");
    for (size_t i = 0; i < 200; i++)
        deadline_clear(loop, &letters[i].deadline);
    close_loop();
}

/* The reference is a plain array: at every step all that is due must have run, the
 * earliest first, and nothing else. */
enum { CROWD = 300 };
static struct deadline crowd[CROWD];
static uint64_t want_due[CROWD]; /* 0 = not set */
static uint64_t last_due;

static void on_crowd(struct deadline *d)
{
    size_t self = (size_t)(d - crowd);

    CHECK(want_due[self] != 0 && want_due[self] == d->due_ms);
    CHECK(d->due_ms <= loop_now_ms(loop));
    CHECK(d->due_ms >= last_due);
    last_due = d->due_ms;
    want_due[self] = 0;
}

static void check_crowd(void)
{
    for (size_t n = 0; n < CROWD; n++) {
        CHECK(want_due[n] == 0 || want_due[n] > loop_now_ms(loop));
        CHECK_EQ(deadline_is_set(&crowd[n]), want_due[n] != 0);
    }
}

static void test_random_operations(void)
{
    struct random_seeded random;

    random_seeded_init(&random, 9);
    open_fake();
    for (int step = 0; step < 30000; step++) {
        size_t i = (size_t)random_below(&random.base, CROWD);
        uint64_t what = random_below(&random.base, 10);

        if (what < 7) {
            uint64_t after = random_below(&random.base, 500);

            CHECK_EQ(deadline_set(loop, &crowd[i], after, on_crowd), OK);
            want_due[i] = loop_now_ms(loop) + after;
        } else if (what < 9) {
            deadline_clear(loop, &crowd[i]);
            want_due[i] = 0;
        } else {
            last_due = 0;
            advance_ms(random_below(&random.base, 20));
            check_crowd();
        }
    }
    for (size_t n = 0; n < CROWD; n++)
        deadline_clear(loop, &crowd[n]);
    close_loop();
}

/* ---- the system clock ---- */

static void test_the_loop_waits_for_deadlines(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'}, d = {.name = 'd'};

    open_real();
    uint64_t start = loop_now_ms(loop);
    set(&b, 20); /* the timer is set to this one, */
    set(&a, 5);  /* then to a nearer one, */
    set(&d, 10);
    set(&d, 30); /* and a later setting leaves it */
    set(&c, 25);
    deadline_clear(loop, &c.deadline);
    loop_run(loop);
    check_ran("abd");
    CHECK(loop_now_ms(loop) >= start + 30);
    close_loop();
}

static void test_a_cleared_deadline_keeps_nobody(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'};

    open_real();
    set(&a, 1000000);
    set(&b, 2000000);
    deadline_clear(loop, &a.deadline);
    deadline_clear(loop, &b.deadline);
    loop_run(loop);
    check_ran("");
    close_loop();
}

static void test_a_callback_sets_it_again(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'};

    open_real();
    a.sets = &b;
    a.sets_after = 2;
    set(&a, 1);
    loop_run(loop);
    check_ran("ab");
    close_loop();
}

/* Set again from a task after the nearest expired: one turn at a time. */
static void test_single_turns(void)
{
    struct letter a = {.name = 'a'};

    open_real();
    for (int i = 0; i < 5; i++) {
        set(&a, (uint64_t)(i % 2));
        while (ran_len == 0)
            loop_turn(loop, true);
        check_ran("a");
    }
    close_loop();
}

/* Under a fake clock only deadline_run_due tells. */
static void test_a_fake_clock_does_not_hold_the_loop(void)
{
    struct letter a = {.name = 'a'};

    open_fake();
    set(&a, 0);
    loop_run(loop);
    loop_turn(loop, true);
    check_ran("");
    deadline_clear(loop, &a.deadline);
    close_loop();
}

static void count_down(struct deadline *d)
{
    (void)d;
    ran_len++;
}

static void test_ten_thousand(void)
{
    static struct deadline many[10000];

    open_real();
    ran_len = 0;
    for (size_t i = 0; i < 10000; i++)
        CHECK_EQ(deadline_set(loop, &many[i], i * 7 % 40, count_down), OK);
    loop_run(loop);
    CHECK_EQ(ran_len, 10000);
    close_loop();
}

CHECK_MAIN(TEST(test_each_at_its_moment), TEST(test_set_again_and_clear),
           TEST(test_the_end_of_time), TEST(test_callbacks_set_and_clear),
           TEST(test_zero_again_and_again_ends), TEST(test_a_callback_frees_its_object),
           TEST(test_out_of_memory_keeps_what_was_set), TEST(test_random_operations),
           TEST(test_the_loop_waits_for_deadlines), TEST(test_a_cleared_deadline_keeps_nobody),
           TEST(test_a_callback_sets_it_again), TEST(test_single_turns),
           TEST(test_a_fake_clock_does_not_hold_the_loop), TEST(test_ten_thousand))
