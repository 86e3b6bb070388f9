#ifndef LOOP_LOOP_IMPL_H
#define LOOP_LOOP_IMPL_H

#include "base/container.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "loop/loop.h"

#include <uv.h>

/* What struct loop is made of.  Only for the .c files of this folder. */

struct defer_queue {
    struct defer_task *first, **last;
    uv_prepare_t before_poll;
    uv_check_t after_poll;
    uv_idle_t no_wait; /* active: the poll of this turn does not wait */
};

struct deadline_heap {
    struct deadline **at; /* owned; the members are borrowed, at[0] is unused */
    size_t len, cap;
    uv_timer_t timer;
    uint64_t armed_ms; /* what the timer waits for, when it is active */
};

struct loop {
    uv_loop_t uv;
    const struct clock *clock; /* borrowed until loop_free */
    struct defer_queue defer;
    struct deadline_heap heap;
    uint8_t *read_buffer; /* owned */
    unsigned own_handles; /* not yet closed */
};

/* The handles are closed by loop_free, which counts them down. */
void defer_open(struct loop *l);
void deadline_open(struct loop *l);
/* The turn has done work that somebody may wait for: it must not wait for more. */
void defer_no_wait(struct loop *l);

#endif
