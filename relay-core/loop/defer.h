#ifndef LOOP_DEFER_H
#define LOOP_DEFER_H

#include "loop/loop.h"

/* Run a function later in this turn of the loop, never inside the caller.
 * Tasks run right after the I/O callbacks of the turn that posted them; one
 * that is posted by a task runs in the next pass, and passes are bounded, so
 * two tasks that post each other cannot starve I/O.
 * The task is embedded in the object it serves; zeroed is legal. */
struct defer_task {
    struct defer_task *next, **link; /* both NULL: not posted */
    void (*run)(struct defer_task *task);
};

/* Posting twice is posting once. */
void defer_post(struct loop *l, struct defer_task *task, void (*run)(struct defer_task *));
void defer_cancel(struct loop *l, struct defer_task *task);

#endif
