/* The end of an allocation-failure sweep: was mem_fail_at(n) beyond what the run needs? */
#ifndef TESTS_UNIT_SUPPORT_MEM_SWEEP_H
#define TESTS_UNIT_SUPPORT_MEM_SWEEP_H

#include "base/mem.h"

#include <stdbool.h>

/* After a run that began with mem_fail_at(n): true if nothing failed in it.  Switches the
 * failing off. */
static inline bool mem_sweep_is_over(unsigned long n)
{
    bool still_to_come = false;

    while (n-- > 0 && !still_to_come) {
        void *probe = mem_alloc(1);
        still_to_come = !probe;
        mem_free(probe);
    }
    mem_fail_at(0);
    return still_to_come;
}

#endif
