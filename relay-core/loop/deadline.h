#ifndef LOOP_DEADLINE_H
#define LOOP_DEADLINE_H

#include "loop/loop.h"

/* A moment at which something is over.  All deadlines of a loop share one
 * timer (a heap), so ten thousand of them cost no handles; setting one again is
 * O(log n) and makes no system call.  Embedded; zeroed is legal. */
struct deadline {
    uint64_t due_ms;
    size_t place; /* in the heap, 0 = not set */
    void (*expired)(struct deadline *d);
};

/* Calls `expired` once, `after_ms` from now, from the loop.  Replaces an earlier
 * setting.  ERR_NOMEM (also past four million deadlines) leaves the earlier
 * setting in force; one that is set already is set again without allocating. */
MUST_CHECK enum err deadline_set(struct loop *l, struct deadline *d, uint64_t after_ms,
                                 void (*expired)(struct deadline *));
void deadline_clear(struct loop *l, struct deadline *d);

static inline bool deadline_is_set(const struct deadline *d)
{
    return d->place != 0;
}

/* Only the system clock wakes the loop.  Under another one (tests) nothing expires
 * by itself and set deadlines do not keep loop_run going: move the clock, then run
 * what is due by it. */
void deadline_run_due(struct loop *l);

#endif
