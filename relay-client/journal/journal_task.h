#ifndef CLIENT_JOURNAL_JOURNAL_TASK_H
#define CLIENT_JOURNAL_JOURNAL_TASK_H

#include "relay-client/journal/journal.h"

/* Something that the worker thread does in order with what is recorded, in the same
 * transaction: what journal_pending.h offers.  Embedded in an object on the heap that
 * frees itself in `done`.
 *
 * Life: journal_task_submit -> run -> done */
struct journal_backlog;

struct journal_task {
    /* On the worker thread.  A failure is the whole batch's, and nothing of it is kept; what
     * concerns only this task goes to `rc`. */
    enum err (*run)(struct journal_task *t, struct journal_backlog *b);
    /* On the loop; `rc` is the batch's failure, or the task's own. */
    void (*done)(struct journal_task *t, struct journal *j, enum err rc);
    enum err rc;
};

#define JOURNAL_TASKS_MAX 256u

/* On failure the task is still the caller's: ERR_BUSY, ERR_NOMEM, ERR_CLOSED. */
MUST_CHECK enum err journal_task_submit(struct journal *j, struct journal_task *t);

#endif
