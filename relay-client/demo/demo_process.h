#ifndef CLIENT_DEMO_DEMO_PROCESS_H
#define CLIENT_DEMO_DEMO_PROCESS_H

#include "base/bytes.h"
#include "relay-client/demo/demo_interrupt.h"

#include <sys/types.h>

/* The programs that the demo is made of, run as a user would run them.  Synchronous:
 * the demo does nothing but wait for them. */
struct demo_process {
    pid_t pid; /* 0: none */
    int out;   /* its standard output, -1 when it was not asked for */
    const struct demo_interrupt *interrupt; /* borrowed */
    struct bytes line;                      /* read, but not yet taken */
};

struct demo_program {
    const struct demo_interrupt *interrupt; /* ends every wait for it */
    const char *const *args;                /* args[0] is the path; NULL-terminated */
    const char *log_file;                   /* standard error goes there; NULL: to ours */
    bool read_output;                       /* else it is ours */
};

MUST_CHECK enum err demo_process_start(struct demo_process *p,
                                       const struct demo_program *program);
/* The next line of its output without the line end, borrowed until the next call.
 * ERR_EOF when it ended, ERR_TIMEOUT, ERR_CANCELLED when the user wants to leave. */
MUST_CHECK enum err demo_process_read_line(struct demo_process *p, unsigned timeout_ms,
                                           struct span *out);
/* Waits for its end; OK for exit code 0. */
MUST_CHECK enum err demo_process_wait(struct demo_process *p);
/* SIGTERM, and wait. */
void demo_process_stop(struct demo_process *p);
/* Runs it to its end and appends what it wrote to `out` (may be NULL: to ours).  Stops it
 * where demo_process_read_line fails. */
MUST_CHECK enum err demo_process_run(const struct demo_program *program, struct bytes *out);

#endif
