#ifndef CLIENT_HANDLER_EXEC_PROCESS_H
#define CLIENT_HANDLER_EXEC_PROCESS_H

#include "base/span.h"
#include "loop/loop.h"

/* One run of a shell command: its standard input is fed, its output collected.
 *
 * Life: exec_process_start -> on_ended, or exec_process_stop -> on_gone (freed).
 * The shell leads a process group of its own.  Its exit is the end, also when something
 * that it left behind still holds the output open. */
struct exec_process;

#define EXEC_PROCESS_OUTPUT_MAX ((size_t)1024 * 1024)
#define EXEC_PROCESS_ERRORS_MAX ((size_t)2048) /* the last bytes of standard error */
#define EXEC_PROCESS_GRACE_MS   2000u          /* between SIGTERM and SIGKILL */

struct exec_process_options {
    char *command;            /* all borrowed for the call */
    char *const *environment; /* ends with NULL */
    struct span input;        /* copied */
    void *keeper;             /* for on_gone */
    char detail[128];         /* why it could not be started */
};

struct exec_process_result {
    enum err why; /* OK: it exited; ERR_BODY_TOO_LARGE: too much output; ERR_NOMEM */
    int code;     /* exit code */
    int signal;   /* that ended it, or 0 */
    struct span output, errors;
};

struct exec_process_events {
    /* Forget the process here; not after exec_process_stop.  The result is borrowed. */
    void (*on_ended)(void *owner, const struct exec_process_result *result);
    /* Reaped, and everything of it is closed.  Last. */
    void (*on_gone)(void *keeper);
};

/* ERR_NOMEM, ERR_LIMIT (processes, file descriptors), ERR_IO; then no event comes. */
MUST_CHECK enum err exec_process_start(struct loop *l, struct exec_process_options *options,
                                       const struct exec_process_events *events, void *owner,
                                       struct exec_process **out);
/* SIGTERM to the group, SIGKILL to what is left of it after the grace. */
void exec_process_stop(struct exec_process *p);
/* What it wrote to standard error so far. */
struct span exec_process_errors(const struct exec_process *p);

#endif
