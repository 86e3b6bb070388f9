#include "loop/loop.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static struct loop *new_loop(void)
{
    struct loop *l;

    CHECK_EQ(loop_new(clock_system(), &l), OK);
    return l;
}

static void test_an_idle_loop_returns(void)
{
    struct loop *l = new_loop();

    loop_run(l);
    loop_turn(l, true);
    loop_turn(l, false);
    CHECK(loop_clock(l) == clock_system());
    loop_free(l);
    loop_free(NULL);
    CHECK_EQ(mem_live(), 0);
}

static void test_every_allocation_fails_once(void)
{
    enum err e = ERR_NOMEM;
    unsigned long n = 0;

    while (e) {
        struct loop *l = NULL;

        mem_fail_at(++n);
        e = loop_new(clock_system(), &l);
        CHECK(e == OK || e == ERR_NOMEM);
        CHECK_EQ(e == OK, l != NULL);
        mem_fail_at(0);
        loop_free(l);
        CHECK_EQ(mem_live(), 0);
    }
    CHECK(n > 1);
}

static void test_now_is_the_injected_clock(void)
{
    struct clock_fake clock;
    struct loop *l;

    clock_fake_init(&clock, 1700000000000);
    CHECK_EQ(loop_new(&clock.base, &l), OK);
    uint64_t start = loop_now_ms(l);
    clock_fake_advance(&clock, 999);
    CHECK_EQ(loop_now_ms(l), start);
    clock_fake_advance(&clock, 1);
    CHECK_EQ(loop_now_ms(l), start + 1);
    clock_fake_jump(&clock, 5000);
    CHECK_EQ(loop_now_ms(l), start + 1);
    loop_free(l);
}

static void test_the_read_buffer(void)
{
    struct loop *l = new_loop();

    memset(loop_read_buffer(l), 0xee, LOOP_READ_BUFFER);
    CHECK(loop_read_buffer(l) == loop_read_buffer(l));
    loop_free(l);
}

static int ticks;

static void on_tick(uv_timer_t *timer)
{
    if (++ticks == 3)
        loop_stop(timer->data);
}

static void test_stop_and_go_on(void)
{
    struct loop *l = new_loop();
    uv_timer_t timer;

    CHECK_EQ(uv_timer_init(loop_uv(l), &timer), 0);
    timer.data = l;
    CHECK_EQ(uv_timer_start(&timer, on_tick, 0, 1), 0);
    loop_run(l);
    CHECK_EQ(ticks, 3);
    loop_turn(l, true);
    CHECK(ticks >= 4);
    uv_close((uv_handle_t *)&timer, NULL);
    loop_run(l);
    loop_free(l);
    CHECK_EQ(mem_live(), 0);
}

static int closed;

static void on_closed(uv_handle_t *handle)
{
    (void)handle;
    closed++;
}

static void test_free_lets_closing_handles_finish(void)
{
    struct loop *l = new_loop();
    uv_timer_t timer;

    closed = 0;
    CHECK_EQ(uv_timer_init(loop_uv(l), &timer), 0);
    uv_close((uv_handle_t *)&timer, on_closed);
    loop_stop(l);
    loop_free(l);
    CHECK_EQ(closed, 1);
    CHECK_EQ(mem_live(), 0);
}

/* In a child: an open handle must end the process and be named. */
static void free_with_an_open_handle(int out)
{
    struct loop *l = new_loop();
    uv_async_t async;

    CHECK(dup2(out, STDERR_FILENO) == STDERR_FILENO);
    CHECK_EQ(uv_async_init(loop_uv(l), &async, NULL), 0);
    loop_free(l);
    _exit(0);
}

static void test_free_with_an_open_handle_aborts(void)
{
    int ends[2], status;
    char text[4096] = "";
    size_t len = 0;
    ssize_t got;

    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        free_with_an_open_handle(ends[1]);
    (void)close(ends[1]);
    while ((got = read(ends[0], text + len, sizeof(text) - 1 - len)) > 0)
        len += (size_t)got;
    (void)close(ends[0]);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
    CHECK(strstr(text, "still open: async\n") != NULL);
    CHECK(strstr(text, "idle") == NULL);
}

CHECK_MAIN(TEST(test_an_idle_loop_returns), TEST(test_every_allocation_fails_once),
           TEST(test_now_is_the_injected_clock), TEST(test_the_read_buffer),
           TEST(test_stop_and_go_on), TEST(test_free_lets_closing_handles_finish),
           TEST(test_free_with_an_open_handle_aborts))
