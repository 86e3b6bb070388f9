#ifndef CLIENT_TAIL_WAIT_H
#define CLIENT_TAIL_WAIT_H

#include "base/err.h"

/* What `hookline tail` waits for: a file in the journal's folder changes, the user has
 * enough, or time passes.  One at a time in a process: it owns SIGINT and SIGTERM. */
struct tail_wait {
    int news_fd;     /* -1: this system cannot tell; the clock alone must do */
    int stop_fds[2]; /* written to by the signal handler */
    int out_fd;      /* borrowed */
};

enum tail_wait_event {
    TAIL_WAIT_NEWS,
    TAIL_WAIT_TIMEOUT,
    TAIL_WAIT_STOP, /* a signal, or nobody reads the output any more */
};

/* ERR_IO: out of descriptors. */
MUST_CHECK enum err tail_wait_open(struct tail_wait *w, const char *folder, int out_fd);
void tail_wait_close(struct tail_wait *w);

enum tail_wait_event tail_wait_next(struct tail_wait *w, int timeout_ms);
/* Lets news pile up for a while: TAIL_WAIT_TIMEOUT or _STOP. */
enum tail_wait_event tail_wait_pause(struct tail_wait *w, int ms);

#endif
