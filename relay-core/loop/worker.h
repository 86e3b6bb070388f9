#ifndef LOOP_WORKER_H
#define LOOP_WORKER_H

#include "loop/loop.h"

/* Threads that do what would block the loop (handshakes, SQLite) and answer by
 * message.  Jobs share nothing with the loop but what they carry.
 *
 * Life:  worker_open -> jobs ... -> worker_close -> on_closed (freed)
 * Order: with one thread, jobs run and answer in the order they were submitted. */
struct worker;

struct worker_job {
    struct worker_job *next;
    void (*run)(struct worker_job *job);  /* on a worker thread */
    void (*done)(struct worker_job *job); /* on the loop; the job is the caller's again */
};

struct worker_options {
    const char *name; /* of the threads, at most 15 characters */
    unsigned threads; /* 1 .. 16 */
    size_t queue_max; /* jobs waiting; one more is ERR_BUSY */
    /* Around everything that was waiting when a thread woke up (group commit);
     * either may be NULL.  The jobs of a batch are done only after `after_batch`. */
    void (*before_batch)(void *context);
    void (*after_batch)(void *context);
    size_t batch_max; /* jobs in one batch; 0 = 1 */
    void *context;    /* borrowed until on_closed */
};

MUST_CHECK enum err worker_open(struct loop *l, const struct worker_options *options,
                                struct worker **out);
/* `job` is embedded in the caller's object and must live until `done`.  ERR_BUSY:
 * the queue is full; ERR_CLOSED: after worker_close. */
MUST_CHECK enum err worker_submit(struct worker *w, struct worker_job *job,
                                  void (*run)(struct worker_job *),
                                  void (*done)(struct worker_job *));
/* Jobs that no thread has taken yet. */
size_t worker_waiting(const struct worker *w);
/* Finishes every submitted job (their `done` is called), joins the threads, then
 * on_closed(owner); the worker frees itself. */
void worker_close(struct worker *w, void (*on_closed)(void *owner), void *owner);

#endif
