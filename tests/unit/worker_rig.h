/* A worker on a loop of its own, jobs that write down when they ran and were done,
 * and a gate that holds a thread.  For test_worker*.c. */
#ifndef TESTS_UNIT_WORKER_RIG_H
#define TESTS_UNIT_WORKER_RIG_H

#include "loop/worker.h"

#include "base/container.h"
#include "base/mem.h"
#include "check.h"

#include <pthread.h>
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

static inline void on_closed(void *owner)
{
    CHECK(owner == &closed);
    closed++;
    worker = NULL;
}

static inline void open_worker(const struct worker_options *options)
{
    run_len = done_len = 0;
    closed = 0;
    loop_thread = pthread_self();
    CHECK_EQ(loop_new(clock_system(), &loop), OK);
    CHECK_EQ(worker_open(loop, options, &worker), OK);
}

/* Everything that was submitted is done, and only then it is closed. */
static inline void close_worker(size_t jobs)
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

static inline void run(struct worker_job *base)
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

static inline void done(struct worker_job *base)
{
    struct job *job = CONTAINER_OF(base, struct job, base);

    CHECK(pthread_equal(pthread_self(), loop_thread));
    CHECK(!job->was_on_loop);
    CHECK_EQ(closed, 0);
    done_order[done_len++] = job->number;
}

static inline enum err submit(struct job *job)
{
    return worker_submit(worker, &job->base, run, done);
}

/* A first job that holds the one thread until the gate is opened. */
struct gate {
    struct job job;
    uv_sem_t starts, may_end;
};

static inline void close_gate(struct gate *g)
{
    CHECK_EQ(uv_sem_init(&g->starts, 0), 0);
    CHECK_EQ(uv_sem_init(&g->may_end, 0), 0);
    g->job = (struct job){.number = -1, .starts = &g->starts, .may_end = &g->may_end};
    CHECK_EQ(submit(&g->job), OK);
    uv_sem_wait(&g->starts);
    CHECK_EQ(worker_waiting(worker), 0);
}

static inline void open_gate(struct gate *g)
{
    uv_sem_post(&g->may_end);
}

static inline void destroy_gate(struct gate *g)
{
    uv_sem_destroy(&g->starts);
    uv_sem_destroy(&g->may_end);
}

#endif
