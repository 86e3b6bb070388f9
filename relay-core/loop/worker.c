/* The happy path:
 *  1. worker_submit appends the job to `waiting` and wakes a thread.
 *  2. The thread takes up to batch_max jobs at once, runs them without the lock
 *     between before_batch and after_batch, and appends them to `done`.
 *  3. It wakes the loop; on_answers takes all of `done` and calls each job back.
 *  4. worker_close lets the threads leave once nothing waits.  The last answers
 *     and the word that the thread has left reach the loop together.
 *  5. The loop joins the threads, which have nothing left to do, closes the
 *     handle, and the close callback frees the worker and tells the owner.
 *
 * What can go wrong:
 *  - Wake-ups of the loop melt together: on_answers looks at the state, it does
 *    not count them.
 *  - `done` submits more, or closes the worker: both are ordinary, for the
 *    list being answered is no longer the worker's.
 *  - A thread wakes the loop while the handle is being closed: the handle is
 *    closed only after every thread was joined.
 *  - Not all threads can be started: those that were leave, and the worker
 *    frees itself on the loop although worker_open failed. */
#include "loop/worker.h"

#include "base/container.h"
#include "base/mem.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <uv.h>

#define THREADS_MAX 16
#define NAME_SIZE   16 /* what Linux keeps of a thread's name */

struct job_list {
    struct worker_job *first, **last;
};

struct worker {
    struct worker_options options; /* `name` is ours */
    char name[NAME_SIZE];
    uv_async_t answers;
    uv_thread_t threads[THREADS_MAX];
    unsigned thread_count; /* started and not yet joined */
    void (*on_closed)(void *owner);
    void *owner; /* borrowed until on_closed */

    uv_mutex_t lock; /* for all that follows */
    uv_cond_t work;
    struct job_list waiting, done;
    atomic_size_t waiting_len; /* written under the lock */
    unsigned leaving;          /* threads that will not touch the worker again */
    bool is_closing;
};

static void list_clear(struct job_list *l)
{
    l->first = NULL;
    l->last = &l->first;
}

static void list_add(struct job_list *l, struct worker_job *job)
{
    job->next = NULL;
    *l->last = job;
    l->last = &job->next;
}

/* Moves all of `from` behind `to`. */
static void list_join(struct job_list *to, struct job_list *from)
{
    if (!from->first)
        return;
    *to->last = from->first;
    to->last = from->last;
    list_clear(from);
}

/* ---- on a worker thread ---- */

/* Waits for work; false when there is none and there will be none. */
static bool take_batch(struct worker *w, struct job_list *batch)
{
    size_t len = 0;

    while (!w->waiting.first && !w->is_closing)
        uv_cond_wait(&w->work, &w->lock);
    while (w->waiting.first && len < w->options.batch_max) {
        struct worker_job *job = w->waiting.first;

        w->waiting.first = job->next;
        list_add(batch, job);
        len++;
    }
    if (!w->waiting.first)
        list_clear(&w->waiting);
    atomic_fetch_sub(&w->waiting_len, len);
    return len > 0;
}

static void run_batch(const struct worker *w, const struct job_list *batch)
{
    if (w->options.before_batch)
        w->options.before_batch(w->options.context);
    for (struct worker_job *job = batch->first; job; job = job->next)
        job->run(job);
    if (w->options.after_batch)
        w->options.after_batch(w->options.context);
}

static void thread_main(void *arg)
{
    struct worker *w = arg;
    struct job_list batch;

    prctl(PR_SET_NAME, w->name);
    list_clear(&batch);
    uv_mutex_lock(&w->lock);
    while (take_batch(w, &batch)) {
        uv_mutex_unlock(&w->lock);
        run_batch(w, &batch);
        uv_mutex_lock(&w->lock);
        list_join(&w->done, &batch);
        uv_async_send(&w->answers);
    }
    w->leaving++;
    uv_async_send(&w->answers);
    uv_mutex_unlock(&w->lock);
}

/* ---- on the loop ---- */

static void join_threads(struct worker *w)
{
    while (w->thread_count > 0)
        uv_thread_join(&w->threads[--w->thread_count]);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct worker *w = CONTAINER_OF(handle, struct worker, answers);
    void (*on_closed)(void *owner) = w->on_closed;
    void *owner = w->owner;

    uv_cond_destroy(&w->work);
    uv_mutex_destroy(&w->lock);
    mem_free(w);
    if (on_closed)
        on_closed(owner);
}

static void on_answers(uv_async_t *async)
{
    struct worker *w = CONTAINER_OF(async, struct worker, answers);
    struct job_list answered;

    list_clear(&answered);
    uv_mutex_lock(&w->lock);
    list_join(&answered, &w->done);
    bool is_over = w->is_closing && w->leaving == w->thread_count;
    uv_mutex_unlock(&w->lock);

    for (struct worker_job *job = answered.first, *next; job; job = next) {
        next = job->next;
        job->done(job);
    }
    if (!is_over)
        return;
    join_threads(w);
    uv_close((uv_handle_t *)&w->answers, on_handle_closed);
}

static void let_threads_leave(struct worker *w)
{
    uv_mutex_lock(&w->lock);
    w->is_closing = true;
    uv_cond_broadcast(&w->work);
    uv_mutex_unlock(&w->lock);
}

/* A signal is for the thread of the loop: none may interrupt a job. */
static bool start_threads(struct worker *w)
{
    sigset_t all, before;
    int failed = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (!failed && w->thread_count < w->options.threads) {
        failed = uv_thread_create(&w->threads[w->thread_count], thread_main, w);
        if (!failed)
            w->thread_count++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failed;
}

static bool init_lock(struct worker *w)
{
    if (uv_mutex_init(&w->lock))
        return false;
    if (uv_cond_init(&w->work) == 0)
        return true;
    uv_mutex_destroy(&w->lock);
    return false;
}

static struct worker *new_worker(const struct worker_options *options)
{
    struct worker *w = mem_alloc(sizeof(*w));

    if (!w)
        return NULL;
    (void)snprintf(w->name, sizeof(w->name), "%s", options->name);
    w->options = *options;
    w->options.name = w->name;
    if (w->options.batch_max == 0)
        w->options.batch_max = 1;
    list_clear(&w->waiting);
    list_clear(&w->done);
    return w;
}

enum err worker_open(struct loop *l, const struct worker_options *options, struct worker **out)
{
    assert(options->threads >= 1 && options->threads <= THREADS_MAX);
    struct worker *w = new_worker(options);

    if (!w)
        return ERR_NOMEM;
    if (!init_lock(w)) {
        mem_free(w);
        return ERR_NOMEM;
    }
    if (uv_async_init(loop_uv(l), &w->answers, on_answers)) {
        uv_cond_destroy(&w->work);
        uv_mutex_destroy(&w->lock);
        mem_free(w);
        return ERR_IO;
    }
    if (!start_threads(w)) {
        let_threads_leave(w);
        join_threads(w);
        uv_close((uv_handle_t *)&w->answers, on_handle_closed);
        return ERR_LIMIT;
    }
    *out = w;
    return OK;
}

enum err worker_submit(struct worker *w, struct worker_job *job,
                       void (*run)(struct worker_job *), void (*done)(struct worker_job *))
{
    enum err e = OK;

    uv_mutex_lock(&w->lock);
    if (w->is_closing) {
        e = ERR_CLOSED;
    } else if (atomic_load(&w->waiting_len) >= w->options.queue_max) {
        e = ERR_BUSY;
    } else {
        job->run = run;
        job->done = done;
        list_add(&w->waiting, job);
        atomic_fetch_add(&w->waiting_len, 1);
        uv_cond_signal(&w->work);
    }
    uv_mutex_unlock(&w->lock);
    return e;
}

size_t worker_waiting(const struct worker *w)
{
    return atomic_load(&w->waiting_len);
}

void worker_close(struct worker *w, void (*on_closed)(void *owner), void *owner)
{
    if (w->is_closing) /* written by this thread only */
        return;
    w->on_closed = on_closed;
    w->owner = owner;
    let_threads_leave(w);
}
