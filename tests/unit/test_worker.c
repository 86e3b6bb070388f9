/* thread-test */
#include "worker_rig.h"

#include <stdatomic.h>

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

CHECK_MAIN(TEST(test_one_thread_keeps_the_order), TEST(test_four_threads_do_each_job_once),
           TEST(test_four_threads_run_at_the_same_time), TEST(test_the_limit_of_the_queue),
           TEST(test_batches), TEST(test_nothing_is_done_before_after_batch))
