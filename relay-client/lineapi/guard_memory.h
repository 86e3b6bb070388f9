#ifndef CLIENT_LINEAPI_GUARD_MEMORY_H
#define CLIENT_LINEAPI_GUARD_MEMORY_H

#include "relay-client/lineapi/push_guard.h"

/* What of the guard outlives its process: a bot that was given a replay goes on when the agent
 * is started anew, or when `hookline up` comes after an agent of a replay's own.  A file with
 * the time until which the guard must be up at least.
 *
 * Life: zeroed -> guard_memory_open -> guard_memory_close (also of a zeroed one) */

struct guard_memory {
    struct push_guard *guard; /* borrowed */
    int file;                 /* with `is_open` */
    bool is_open;
};

/* Puts the guard up if the file says so, and writes down what happens to it from now on.  A
 * file that cannot be written is said in the log: the guard works, but has no memory. */
void guard_memory_open(struct guard_memory *m, struct push_guard *g, const char *file);
void guard_memory_close(struct guard_memory *m);

#endif
