#include "loop/defer.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/random.h"
#include "check.h"

#include <uv.h>

static struct loop *loop;

static void open_loop(void)
{
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
}

static void close_loop(void)
{
    loop_run(loop);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

/* What ran, as letters. */
static char ran[64];
static size_t ran_len;

struct letter {
    struct defer_task task;
    char name;
    struct letter *posts, *cancels;
};

static void on_letter(struct defer_task *task)
{
    struct letter *letter = CONTAINER_OF(task, struct letter, task);

    CHECK(task->link == NULL && task->next == NULL);
    ran[ran_len++] = letter->name;
    ran[ran_len] = '\0';
    if (letter->cancels)
        defer_cancel(loop, &letter->cancels->task);
    if (letter->posts)
        defer_post(loop, &letter->posts->task, on_letter);
}

static void post(struct letter *letter)
{
    defer_post(loop, &letter->task, on_letter);
}

static void check_runs(const char *want)
{
    loop_run(loop);
    CHECK_STR(ran, want);
    ran_len = 0;
    ran[0] = '\0';
}

static void test_order_and_never_inside_the_call(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};

    open_loop();
    post(&b);
    post(&a);
    post(&c);
    post(&a);
    CHECK_EQ(ran_len, 0);
    check_runs("bac");
    check_runs("");
    post(&a);
    check_runs("a");
    close_loop();
}

static void test_cancel_before_the_run(void)
{
    static const char *const want[] = {"bc", "ac", "ab"};

    for (size_t i = 0; i < 3; i++) {
        struct letter l[3] = {{.name = 'a'}, {.name = 'b'}, {.name = 'c'}};

        open_loop();
        defer_cancel(loop, &l[0].task);
        for (size_t n = 0; n < 3; n++)
            post(&l[n]);
        defer_cancel(loop, &l[i].task);
        defer_cancel(loop, &l[i].task);
        check_runs(want[i]);
        close_loop();
    }
}

static void test_cancel_all(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'};

    open_loop();
    post(&a);
    post(&b);
    defer_cancel(loop, &b.task);
    defer_cancel(loop, &a.task);
    check_runs("");
    post(&b);
    check_runs("b");
    close_loop();
}

static void test_tasks_cancel_and_post_others(void)
{
    struct letter a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'}, d = {.name = 'd'};

    open_loop();
    a.cancels = &c; /* the last one of the pass */
    a.posts = &d;
    b.cancels = &b; /* itself: is running, so not posted */
    post(&a);
    post(&b);
    post(&c);
    check_runs("abd");

    a.posts = &c;
    a.cancels = NULL;
    b.posts = &d; /* behind the mark ... */
    d.cancels = &c;
    d.posts = NULL;
    post(&b);
    post(&a);
    check_runs("bad"); /* ... and what d cancels is behind it too */

    a = (struct letter){.name = 'a', .cancels = &b, .posts = &b};
    b = (struct letter){.name = 'b'};
    post(&a);
    post(&b);
    post(&c);
    check_runs("acb"); /* posted again: now in the next pass */
    close_loop();
}

static void on_freed(struct defer_task *task)
{
    mem_free(CONTAINER_OF(task, struct letter, task));
}

static void test_a_task_frees_its_object(void)
{
    open_loop();
    for (int i = 0; i < 3; i++) {
        struct letter *letter = mem_alloc(sizeof(*letter));

        defer_post(loop, &letter->task, on_freed);
    }
    close_loop();
}

struct pair {
    struct defer_task tasks[2];
    unsigned long runs;
    bool is_over;
};

static struct pair pair;

static void on_ping_pong(struct defer_task *task)
{
    struct defer_task *other = &pair.tasks[task == &pair.tasks[0]];

    pair.runs++;
    if (!pair.is_over)
        defer_post(loop, other, on_ping_pong);
}

static void on_input(uv_async_t *async)
{
    pair.is_over = true;
    uv_close((uv_handle_t *)async, NULL);
}

static void test_tasks_that_post_each_other_do_not_starve_input(void)
{
    uv_async_t input;

    open_loop();
    pair = (struct pair){.runs = 0};
    CHECK_EQ(uv_async_init(loop_uv(loop), &input, on_input), 0);
    defer_post(loop, &pair.tasks[0], on_ping_pong);
    for (int i = 0; i < 10; i++) {
        unsigned long before = pair.runs;

        loop_turn(loop, true); /* does not wait: tasks are pending */
        CHECK(pair.runs - before >= 2 && pair.runs - before <= 200);
    }
    CHECK_EQ(uv_async_send(&input), 0);
    loop_run(loop);
    CHECK(pair.is_over);
    close_loop();
}

static struct letter from_input = {.name = 'i'};

static void on_posting_input(uv_async_t *async)
{
    post(&from_input);
    CHECK_EQ(ran_len, 0);
    uv_close((uv_handle_t *)async, NULL);
}

static void test_posted_by_input_runs_in_the_same_turn(void)
{
    uv_async_t input;

    open_loop();
    CHECK_EQ(uv_async_init(loop_uv(loop), &input, on_posting_input), 0);
    CHECK_EQ(uv_async_send(&input), 0);
    loop_turn(loop, true);
    CHECK_STR(ran, "i");
    check_runs("i");
    close_loop();
}

/* Another handle is open and silent: a turn that ran a task must not wait for it. */
static void test_a_turn_that_ran_a_task_does_not_wait(void)
{
    uv_async_t silent;
    struct letter a = {.name = 'a'};

    open_loop();
    CHECK_EQ(uv_async_init(loop_uv(loop), &silent, NULL), 0);
    post(&a);
    loop_turn(loop, true);
    CHECK_STR(ran, "a");
    uv_close((uv_handle_t *)&silent, NULL);
    check_runs("a");
    close_loop();
}

static struct letter from_close = {.name = 'x'};

static void on_posting_close(uv_handle_t *handle)
{
    (void)handle;
    post(&from_close);
}

static void test_posted_by_a_close_callback(void)
{
    uv_async_t handle;

    open_loop();
    CHECK_EQ(uv_async_init(loop_uv(loop), &handle, NULL), 0);
    uv_close((uv_handle_t *)&handle, on_posting_close);
    check_runs("x");

    /* Also when the loop is freed at once. */
    CHECK_EQ(uv_async_init(loop_uv(loop), &handle, NULL), 0);
    uv_close((uv_handle_t *)&handle, on_posting_close);
    loop_free(loop);
    CHECK_STR(ran, "x");
    ran_len = 0;
    ran[0] = '\0';
    CHECK_EQ(mem_live(), 0);
}

/* Tasks that post and cancel at random; which of them are posted is written down. */
enum { CROWD = 20 };
static struct defer_task crowd[CROWD];
static bool is_posted[CROWD];
static struct random_seeded crowd_random;
static int crowd_runs;

static void on_crowd(struct defer_task *task)
{
    size_t self = (size_t)(task - crowd);

    CHECK(is_posted[self]);
    is_posted[self] = false;
    if (++crowd_runs > 20000)
        return;
    for (int i = 0; i < 4; i++) {
        size_t other = (size_t)random_below(&crowd_random.base, CROWD);

        if (random_below(&crowd_random.base, 3) == 0) {
            defer_cancel(loop, &crowd[other]);
            is_posted[other] = false;
        } else {
            defer_post(loop, &crowd[other], on_crowd);
            is_posted[other] = true;
        }
    }
}

static void test_random_operations(void)
{
    random_seeded_init(&crowd_random, 5);
    open_loop();
    while (crowd_runs <= 20000) {
        is_posted[0] = true;
        defer_post(loop, &crowd[0], on_crowd);
        loop_run(loop);
        for (size_t i = 0; i < CROWD; i++)
            CHECK(!is_posted[i]);
    }
    close_loop();
}

CHECK_MAIN(TEST(test_order_and_never_inside_the_call), TEST(test_cancel_before_the_run),
           TEST(test_cancel_all), TEST(test_tasks_cancel_and_post_others),
           TEST(test_a_task_frees_its_object),
           TEST(test_tasks_that_post_each_other_do_not_starve_input),
           TEST(test_posted_by_input_runs_in_the_same_turn),
           TEST(test_a_turn_that_ran_a_task_does_not_wait),
           TEST(test_posted_by_a_close_callback), TEST(test_random_operations))
