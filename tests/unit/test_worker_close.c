/* thread-test */
#include "worker_rig.h"

#include <signal.h>
#include <sys/prctl.h>

static void close_with_jobs_waiting(unsigned threads)
{
    const struct worker_options options = {
        .name = "close", .threads = threads, .queue_max = 100, .batch_max = 7};
    struct job jobs[100], late = {.number = 200};
    struct gate gate;

    open_worker(&options);
    close_gate(&gate);
    for (int i = 0; i < 100; i++) {
        jobs[i] = (struct job){.number = i};
        CHECK_EQ(submit(&jobs[i]), OK);
    }
    worker_close(worker, on_closed, &closed);
    worker_close(worker, NULL, NULL); /* the first one counts */
    CHECK_EQ(submit(&late), ERR_CLOSED);
    loop_turn(loop, false);
    CHECK_EQ(closed, 0);
    open_gate(&gate);
    loop_run(loop);
    close_worker(101);
    destroy_gate(&gate);
}

static void test_close_with_jobs_waiting(void)
{
    close_with_jobs_waiting(1);
    close_with_jobs_waiting(4);
    close_with_jobs_waiting(16);
}

static void test_close_without_jobs(void)
{
    for (unsigned threads = 1; threads <= 16; threads *= 2) {
        const struct worker_options options = {.name = "idle", .threads = threads};

        open_worker(&options);
        worker_close(worker, on_closed, &closed);
        CHECK_EQ(closed, 0);
        close_worker(0);
    }
}

static void test_close_and_nobody_asks(void)
{
    const struct worker_options options = {.name = "quiet", .threads = 2, .queue_max = 1};
    struct job job = {.number = 1};

    open_worker(&options);
    CHECK_EQ(submit(&job), OK);
    worker_close(worker, NULL, NULL);
    loop_run(loop);
    loop_free(loop);
    CHECK_EQ(done_len, 1);
    CHECK_EQ(mem_live(), 0);
}

static struct job follower;

static void done_and_submit(struct worker_job *base)
{
    done(base);
    CHECK_EQ(submit(&follower), OK);
    worker_close(worker, on_closed, &closed);
    CHECK_EQ(submit(&follower), ERR_CLOSED);
}

static void test_submit_and_close_in_done(void)
{
    const struct worker_options options = {.name = "inside", .threads = 1, .queue_max = 2};
    struct job job = {.number = 1};

    follower = (struct job){.number = 2};
    open_worker(&options);
    CHECK_EQ(worker_submit(worker, &job.base, run, done_and_submit), OK);
    loop_run(loop);
    CHECK(done_order[0] == 1 && done_order[1] == 2);
    close_worker(2);
}

static void done_and_free(struct worker_job *base)
{
    done(base);
    mem_free(CONTAINER_OF(base, struct job, base));
}

static void test_done_frees_the_job(void)
{
    const struct worker_options options = {
        .name = "free", .threads = 2, .queue_max = 200, .batch_max = 50};

    open_worker(&options);
    for (int i = 0; i < 200; i++) {
        struct job *job = mem_alloc(sizeof(*job));

        job->number = i;
        CHECK_EQ(worker_submit(worker, &job->base, run, done_and_free), OK);
    }
    close_worker(200);
}

/* ---- the threads ---- */

static char thread_name[17];
static bool term_is_blocked;

static void look_around(struct worker_job *base)
{
    sigset_t blocked;

    prctl(PR_GET_NAME, thread_name);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    term_is_blocked = sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGWINCH);
    run(base);
}

static void test_threads_are_named_and_get_no_signals(void)
{
    const struct worker_options options = {
        .name = "a-name-that-is-too-long", .threads = 1, .queue_max = 1};
    struct job job = {.number = 1};
    sigset_t blocked;

    open_worker(&options);
    CHECK_EQ(worker_submit(worker, &job.base, look_around, done), OK);
    close_worker(1);
    CHECK_STR(thread_name, "a-name-that-is-");
    CHECK(term_is_blocked);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    CHECK(!sigismember(&blocked, SIGTERM));
}

static void test_out_of_memory(void)
{
    const struct worker_options options = {.name = "memory", .threads = 2};

    worker = NULL;
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    mem_fail_at(1);
    CHECK_EQ(worker_open(loop, &options, &worker), ERR_NOMEM);
    mem_fail_at(0);
    CHECK(worker == NULL);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

/* In place of libuv's, so that a thread can fail to start. */
static int threads_left = -1; /* -1: as many as are wanted */

int uv_thread_create(uv_thread_t *thread, uv_thread_cb entry, void *arg)
{
    const uv_thread_options_t defaults = {.flags = UV_THREAD_NO_FLAGS};

    if (threads_left == 0)
        return UV_EAGAIN;
    if (threads_left > 0)
        threads_left--;
    return uv_thread_create_ex(thread, &defaults, entry, arg);
}

static void test_threads_that_cannot_be_started(void)
{
    const struct worker_options options = {.name = "start", .threads = 3};

    for (int limit = 0; limit < 3; limit++) {
        worker = NULL;
        CHECK_EQ(loop_new(clock_system(), &loop), OK);
        threads_left = limit;
        CHECK_EQ(worker_open(loop, &options, &worker), ERR_LIMIT);
        threads_left = -1;
        CHECK(worker == NULL);
        loop_run(loop);
        loop_free(loop);
        CHECK_EQ(mem_live(), 0);
    }
}

CHECK_MAIN(TEST(test_close_with_jobs_waiting), TEST(test_close_without_jobs),
           TEST(test_close_and_nobody_asks), TEST(test_submit_and_close_in_done),
           TEST(test_done_frees_the_job), TEST(test_threads_are_named_and_get_no_signals),
           TEST(test_out_of_memory), TEST(test_threads_that_cannot_be_started))
