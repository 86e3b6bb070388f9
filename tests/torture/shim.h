#ifndef TORTURE_SHIM_H
#define TORTURE_SHIM_H

#include <stdatomic.h>
#include <stdint.h>

/* Preloaded into a program under test (LD_PRELOAD), so that the program itself has no code
 * for it.  What it does is told by the environment:
 *
 *   HOOKLINE_SHIM_STATE=FILE      struct shim_state, shared between the test and the program.
 *                                 Without it nothing happens at all.
 *   HOOKLINE_CRASH_AT=N           SIGKILL at point N (shim.c)
 *   HOOKLINE_FAIL_AT=N:ERR[:M]    calls N to N+M-1 to the disk fail with EIO or ENOSPC (M: 1)
 *
 * torture/shim.py is the other end. */
struct shim_state {
    _Atomic uint64_t points;  /* passed so far */
    _Atomic uint64_t calls;   /* to the disk, so far */
    _Atomic int64_t clock_ms; /* how far the wall clock is off */
    char site[];              /* where it struck, for people */
};

/* NULL: nothing is asked of us. */
const struct shim_state *shim_state(void);
/* The next library's function of this name, to a pointer to function at `out` (POSIX has
 * dlsym give it, ISO C has no cast for that). */
void shim_find(void *out, const char *name);

#endif
