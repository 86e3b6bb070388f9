#ifndef CLIENT_DEMO_DEMO_INTERRUPT_H
#define CLIENT_DEMO_DEMO_INTERRUPT_H

#include "base/err.h"

#include <signal.h>
#include <stdbool.h>

/* Ctrl-C, SIGTERM, and the terminal's end, as a file that becomes readable: they end what
 * the demo waits for, and then the demo ends what it started.
 *
 * Life: demo_interrupt_open -> demo_interrupt_close. */
struct demo_interrupt {
    int fd; /* -1: none; readable once a signal came, and from then on */
    sigset_t before;
};

/* Blocks the signals; SIGHUP stays as it is where it is ignored (nohup). */
MUST_CHECK enum err demo_interrupt_open(struct demo_interrupt *i);
/* A signal that came meanwhile is forgotten. */
void demo_interrupt_close(struct demo_interrupt *i);
bool demo_interrupt_came(const struct demo_interrupt *i);
/* Returns when it comes. */
void demo_interrupt_wait(const struct demo_interrupt *i);

#endif
