/* thread-test */
#include "loop/worker.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <uv.h>

static struct loop *loop;
static struct worker *worker;
static int closed;

/* Written by jobs, under the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int run_order[4096];
static size_t run_len;

/* Written on the loop. */
static int done_order[4096];
static size_t done_len;

struct job {
    struct worker_job base;
    int number;
    uv_sem_t *starts, *may_end; /* NULL, or what the job posts and then waits for */
    bool was_on_loop;
};

static pthread_t loop_thread;

static void on_closed(void *owner)
{
    CHECK(owner == &closed);
    closed++;
    worker = NULL;
}

static void open_worker(const struct worker_options *options)
{
    run_len = done_len = 0;
    closed = 0;
    loop_thread = pthread_self();
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(worker_open(loop, options, &worker), OK);
}

/* Everything that was submitted is done, and only then it is closed. */
static void close_worker(size_t jobs)
{
    if (!closed)
        worker_close(worker, on_closed, &closed);
    loop_run(loop);
    CHECK_EQ(closed, 1);
    CHECK_EQ(done_len, jobs);
    CHECK_EQ(run_len, jobs);
    loop_free(loop);
    CHECK_EQ(mem_live(), 0);
}

static void run(struct worker_job *base)
{
    struct job *job = CONTAINER_OF(base, struct job, base);

    job->was_on_loop = pthread_equal(pthread_self(), loop_thread);
    if (job->starts)
        uv_sem_post(job->starts);
    if (job->may_end)
        uv_sem_wait(job->may_end);
    pthread_mutex_lock(&lock);
    run_order[run_len++] = job->number;
    pthread_mutex_unlock(&lock);
}

static void done(struct worker_job *base)
{
    struct job *job = CONTAINER_OF(base, struct job, base);

    CHECK(pthread_equal(pthread_self(), loop_thread));
    CHECK(!job->was_on_loop);
    CHECK_EQ(closed, 0);
    done_order[done_len++] = job->number;
}

static enum err submit(struct job *job)
{
    return worker_submit(worker, &job->base, run, done);
}

static void test_one_thread_keeps_the_order(void)
{
    const struct worker_options options = {.name = "order", .threads = 1, .queue_max = 1000};
    static struct job jobs[1000];

    open_worker(&options);
    for (int i = 0; i < 1000; i++) {
        jobs[i] = (struct job){.number = i};
        CHECK_EQ(submit(&jobs[i]), OK);
    }
    CHECK_EQ(done_len, 0);
    while (done_len < 1000)
        loop_turn(loop, true);
    CHECK_EQ(worker_waiting(worker), 0);
    for (int i = 0; i < 1000; i++)
        CHECK(run_order[i] == i && done_order[i] == i);
    close_worker(1000);
}

static void test_four_threads_do_each_job_once(void)
{
    const struct worker_options options = {
        .name = "four", .threads = 4, .queue_max = 4000, .batch_max = 8};
    static struct job jobs[4000];
    static bool seen[4000];

    open_worker(&options);
    for (int i = 0; i < 4000; i++) {
        jobs[i] = (struct job){.number = i};
        CHECK_EQ(submit(&jobs[i]), OK);
        if (i % 64 == 0)
            loop_turn(loop, false);
    }
    close_worker(4000);
    for (size_t i = 0; i < 4000; i++) {
        CHECK(!seen[done_order[i]]);
        seen[done_order[i]] = true;
    }
}

static void test_four_threads_run_at_the_same_time(void)
{
    const struct worker_options options = {.name = "same", .threads = 4, .queue_max = 4};
    struct job jobs[4];
    uv_sem_t starts, may_end;

    CHECK_EQ(uv_sem_init(&starts, 0), 0);
    CHECK_EQ(uv_sem_init(&may_end, 0), 0);
    open_worker(&options);
    for (int i = 0; i < 4; i++) {
        jobs[i] = (struct job){.number = i, .starts = &starts, .may_end = &may_end};
        CHECK_EQ(submit(&jobs[i]), OK);
    }
    for (int i = 0; i < 4; i++)
        uv_sem_wait(&starts);
    for (int i = 0; i < 4; i++)
        uv_sem_post(&may_end);
    close_worker(4);
    uv_sem_destroy(&starts);
    uv_sem_destroy(&may_end);
}

/* A first job that holds the one thread until the gate is opened. */
struct gate {
    struct job job;
    uv_sem_t starts, may_end;
};

static void close_gate(struct gate *g)
{
    CHECK_EQ(uv_sem_init(&g->starts, 0), 0);
    CHECK_EQ(uv_sem_init(&g->may_end, 0), 0);
    g->job = (struct job){.number = -1, .starts = &g->starts, .may_end = &g->may_end};
    CHECK_EQ(submit(&g->job), OK);
    uv_sem_wait(&g->starts);
    CHECK_EQ(worker_waiting(worker), 0);
}

static void open_gate(struct gate *g)
{
    uv_sem_post(&g->may_end);
}

static void destroy_gate(struct gate *g)
{
    uv_sem_destroy(&g->starts);
    uv_sem_destroy(&g->may_end);
}

static void test_the_limit_of_the_queue(void)
{
    const struct worker_options options = {.name = "limit", .threads = 1, .queue_max = 3};
    struct job jobs[5] = {{.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};
    struct gate gate;

    open_worker(&options);
    close_gate(&gate);
    for (size_t i = 0; i < 3; i++) {
        CHECK_EQ(submit(&jobs[i]), OK);
        CHECK_EQ(worker_waiting(worker), i + 1);
    }
    CHECK_EQ(submit(&jobs[3]), ERR_BUSY);
    CHECK_EQ(worker_waiting(worker), 3);
    open_gate(&gate);
    while (done_len < 4)
        loop_turn(loop, true);
    CHECK_EQ(submit(&jobs[3]), OK);
    close_worker(5);
    destroy_gate(&gate);
}

static size_t batches, open_batches;

static void before_batch(void *context)
{
    CHECK(context == &batches);
    CHECK_EQ(open_batches, 0);
    open_batches = 1;
    pthread_mutex_lock(&lock);
    run_order[run_len++] = -100;
    pthread_mutex_unlock(&lock);
}

static void after_batch(void *context)
{
    CHECK(context == &batches);
    CHECK_EQ(open_batches, 1);
    open_batches = 0;
    batches++;
    pthread_mutex_lock(&lock);
    run_order[run_len++] = -200;
    pthread_mutex_unlock(&lock);
}

static void test_batches(void)
{
    static const int want[] = {-100, -1, -200, -100, 0, 1,    2,    3, -200,
                               -100, 4,  5,    6,    7, -200, -100, 8, -200};
    const struct worker_options options = {.name = "batch",
                                           .threads = 1,
                                           .queue_max = 9,
                                           .batch_max = 4,
                                           .before_batch = before_batch,
                                           .after_batch = after_batch,
                                           .context = &batches};
    struct job jobs[9];
    struct gate gate;

    batches = 0;
    open_worker(&options);
    close_gate(&gate);
    for (int i = 0; i < 9; i++) {
        jobs[i] = (struct job){.number = i};
        CHECK_EQ(submit(&jobs[i]), OK);
    }
    open_gate(&gate);
    while (done_len < 10)
        loop_turn(loop, true);
    CHECK_EQ(batches, 4);
    CHECK_EQ(run_len, ARRAY_LEN(want));
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        CHECK_EQ(run_order[i], want[i]);
    for (int i = 0; i < 10; i++)
        CHECK_EQ(done_order[i], i - 1);
    run_len = 10;
    close_worker(10);
    destroy_gate(&gate);
}

/* ---- group commit: nothing is done before after_batch ---- */

static uv_sem_t in_after_batch, may_commit;
static atomic_bool is_committed;

static void commit(void *context)
{
    (void)context;
    uv_sem_post(&in_after_batch);
    uv_sem_wait(&may_commit);
    atomic_store(&is_committed, true);
}

static void done_after_commit(struct worker_job *base)
{
    CHECK(atomic_load(&is_committed));
    done(base);
}

static void test_nothing_is_done_before_after_batch(void)
{
    const struct worker_options options = {
        .name = "commit", .threads = 1, .queue_max = 3, .batch_max = 3, .after_batch = commit};
    struct job job = {.number = 1};

    CHECK_EQ(uv_sem_init(&in_after_batch, 0), 0);
    CHECK_EQ(uv_sem_init(&may_commit, 0), 0);
    atomic_store(&is_committed, false);
    open_worker(&options);
    CHECK_EQ(worker_submit(worker, &job.base, run, done_after_commit), OK);
    uv_sem_wait(&in_after_batch);
    for (int i = 0; i < 10; i++)
        loop_turn(loop, false);
    CHECK_EQ(done_len, 0);
    uv_sem_post(&may_commit);
    close_worker(1);
    uv_sem_destroy(&in_after_batch);
    uv_sem_destroy(&may_commit);
}

/* ---- closing ---- */

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

CHECK_MAIN(TEST(test_one_thread_keeps_the_order), TEST(test_four_threads_do_each_job_once),
           TEST(test_four_threads_run_at_the_same_time), TEST(test_the_limit_of_the_queue),
           TEST(test_batches), TEST(test_nothing_is_done_before_after_batch),
           TEST(test_close_with_jobs_waiting), TEST(test_close_without_jobs),
           TEST(test_close_and_nobody_asks), TEST(test_submit_and_close_in_done),
           TEST(test_done_frees_the_job), TEST(test_threads_are_named_and_get_no_signals),
           TEST(test_out_of_memory), TEST(test_threads_that_cannot_be_started))
