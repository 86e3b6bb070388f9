#ifndef LOOP_SIGNALS_H
#define LOOP_SIGNALS_H

#include "loop/loop.h"

/* Process signals as loop events.  SIGPIPE is ignored from the first open on. */
struct signals;

struct signals_events {
    void (*on_terminate)(void *owner); /* SIGTERM, SIGINT */
    void (*on_reload)(void *owner);    /* SIGHUP */
    void (*on_resize)(void *owner);    /* SIGWINCH; may be NULL */
};

MUST_CHECK enum err signals_open(struct loop *l, const struct signals_events *events,
                                 void *owner, struct signals **out);
/* No event afterwards; frees itself on the loop. */
void signals_close(struct signals *s);

#endif
