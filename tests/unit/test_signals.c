#include "loop/signals.h"

#include "base/mem.h"
#include "check.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static struct loop *loop;

struct owner {
    struct signals *signals;
    int terminated, reloaded, resized;
    bool closes;
};

static void on_terminate(void *context)
{
    struct owner *o = context;

    o->terminated++;
    if (o->closes)
        signals_close(o->signals);
}

static void on_reload(void *context)
{
    struct owner *o = context;

    o->reloaded++;
}

static void on_resize(void *context)
{
    struct owner *o = context;

    o->resized++;
}

static const struct signals_events all_events = {on_terminate, on_reload, on_resize};

static void open_with(struct owner *o, const struct signals_events *events)
{
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(signals_open(loop, events, o, &o->signals), OK);
}

static void close_loop(void)
{
    loop_run(loop);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

/* Until the loop has seen it: each signal wakes the loop. */
static void raise_until(int number, const int *counter, int want)
{
    CHECK_EQ(raise(number), 0);
    while (*counter < want)
        loop_turn(loop, true);
    CHECK_EQ(*counter, want);
}

static void test_each_signal_has_its_event(void)
{
    struct owner o = {0};

    open_with(&o, &all_events);
    raise_until(SIGTERM, &o.terminated, 1);
    raise_until(SIGINT, &o.terminated, 2);
    raise_until(SIGHUP, &o.reloaded, 1);
    raise_until(SIGWINCH, &o.resized, 1);
    raise_until(SIGTERM, &o.terminated, 3);
    CHECK(o.reloaded == 1 && o.resized == 1);
    signals_close(o.signals);
    close_loop();
}

static void test_no_handler_for_resize(void)
{
    const struct signals_events events = {on_terminate, on_reload, NULL};
    struct owner o = {0};

    open_with(&o, &events);
    CHECK_EQ(raise(SIGWINCH), 0);
    raise_until(SIGHUP, &o.reloaded, 1);
    signals_close(o.signals);
    close_loop();
}

static void test_close_in_the_event(void)
{
    struct owner o = {.closes = true};

    open_with(&o, &all_events);
    raise_until(SIGTERM, &o.terminated, 1);
    close_loop();
}

static void test_no_event_after_close(void)
{
    struct owner o = {0};

    open_with(&o, &all_events);
    CHECK_EQ(raise(SIGTERM), 0); /* caught, not yet told */
    CHECK_EQ(raise(SIGWINCH), 0);
    signals_close(o.signals);
    signals_close(o.signals);
    close_loop();
    CHECK(o.terminated == 0 && o.resized == 0);
    CHECK_EQ(raise(SIGWINCH), 0); /* nobody's any more, ignored by default */
}

static void test_a_broken_pipe_is_an_error_only(void)
{
    struct owner o = {0};
    int ends[2];

    open_with(&o, &all_events);
    CHECK_EQ(pipe(ends), 0);
    (void)close(ends[0]);
    CHECK_EQ(write(ends[1], "x", 1), -1);
    CHECK_EQ(errno, EPIPE);
    (void)close(ends[1]);
    signals_close(o.signals);
    close_loop();
}

static void test_out_of_memory(void)
{
    struct owner o = {0};

    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    mem_fail_at(1);
    CHECK_EQ(signals_open(loop, &all_events, &o, &o.signals), ERR_NOMEM);
    mem_fail_at(0);
    CHECK(o.signals == NULL);
    close_loop();
}

CHECK_MAIN(TEST(test_each_signal_has_its_event), TEST(test_no_handler_for_resize),
           TEST(test_close_in_the_event), TEST(test_no_event_after_close),
           TEST(test_a_broken_pipe_is_an_error_only), TEST(test_out_of_memory))
