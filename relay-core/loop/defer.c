/* The happy path:
 *  1. defer_post appends the task and starts the idle handle: the loop stays
 *     alive and its next poll returns at once.
 *  2. The prepare handle (before the poll) runs what timers and closing handles
 *     posted, the check handle (after it) what I/O callbacks posted.
 *  3. A run makes passes over the queue.  A mark at the tail ends a pass, so
 *     that a task posted by a task waits for the next one.
 *  4. The check handle stops the idle handle once the queue is empty.
 *
 * What can go wrong:
 *  - Two tasks post each other for ever: after PASSES_MAX passes the rest waits
 *    for the other side of the poll, and I/O gets its turn.
 *  - A task cancels one that stands before or behind the mark: the list is
 *    linked both ways, so it does not matter where.
 *  - A task frees the object it is embedded in: it is unlinked before it runs. */
#include "loop/defer.h"

#include "loop/loop_impl.h"

#define PASSES_MAX 64

static void unlink_task(struct defer_queue *q, struct defer_task *t)
{
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    else
        q->last = t->link;
    t->next = NULL;
    t->link = NULL;
}

static void link_last(struct defer_queue *q, struct defer_task *t)
{
    t->next = NULL;
    t->link = q->last;
    *q->last = t;
    q->last = &t->next;
}

static void run_pass(struct defer_queue *q)
{
    struct defer_task mark = {0};

    link_last(q, &mark);
    while (q->first != &mark) {
        struct defer_task *t = q->first;

        unlink_task(q, t);
        t->run(t);
    }
    unlink_task(q, &mark);
}

static void run_passes(struct defer_queue *q)
{
    for (int i = 0; i < PASSES_MAX && q->first; i++)
        run_pass(q);
}

static void on_before_poll(uv_prepare_t *prepare)
{
    struct defer_queue *q = CONTAINER_OF(prepare, struct defer_queue, before_poll);

    run_passes(q);
}

static void on_after_poll(uv_check_t *check)
{
    struct defer_queue *q = CONTAINER_OF(check, struct defer_queue, after_poll);

    run_passes(q);
    /* Not before the poll: who runs single turns until a task has run must not
     * be left waiting in the turn that ran it. */
    if (!q->first)
        uv_idle_stop(&q->no_wait);
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

/* None of these can fail in libuv: they only link the handle into the loop. */
void defer_open(struct loop *l)
{
    struct defer_queue *q = &l->defer;

    q->last = &q->first;
    uv_prepare_init(&l->uv, &q->before_poll);
    uv_prepare_start(&q->before_poll, on_before_poll);
    uv_unref((uv_handle_t *)&q->before_poll);
    uv_check_init(&l->uv, &q->after_poll);
    uv_check_start(&q->after_poll, on_after_poll);
    uv_unref((uv_handle_t *)&q->after_poll);
    uv_idle_init(&l->uv, &q->no_wait);
}

void defer_no_wait(struct loop *l)
{
    uv_handle_t *idle = (uv_handle_t *)&l->defer.no_wait;

    /* Closing: in loop_free, where nothing runs any more. */
    if (!uv_is_closing(idle))
        uv_idle_start(&l->defer.no_wait, on_idle);
}

void defer_post(struct loop *l, struct defer_task *task, void (*run)(struct defer_task *))
{
    if (task->link)
        return;
    task->run = run;
    link_last(&l->defer, task);
    defer_no_wait(l);
}

void defer_cancel(struct loop *l, struct defer_task *task)
{
    if (task->link)
        unlink_task(&l->defer, task);
}
