#ifndef CLIENT_DISPLAY_OUTPUT_H
#define CLIENT_DISPLAY_OUTPUT_H

#include "base/bytes.h"
#include "loop/deadline.h"

/* Standard output for a program that must not wait for who reads it: what a pipe or a
 * terminal does not take at once is kept, up to a limit, then dropped and counted.
 *
 * Life: output_init -> output_write ... -> output_fini */

#define OUTPUT_BACKLOG_MAX (1024u * 1024u)

struct output {
    struct loop *loop; /* borrowed until output_fini */
    int fd;
    bool owns_fd;
    bool is_broken; /* nobody will ever read: everything is dropped */
    bool may_block; /* fd is as we got it: write only what poll promises */
    uint64_t dropped;
    struct bytes backlog;
    struct deadline retry;
    void (*on_drained)(struct output *o); /* after a backlog or a loss; may be NULL */
};

/* `fd` is borrowed and its flags, which other processes share, are left alone. */
void output_init(struct output *o, struct loop *l, int fd,
                 void (*on_drained)(struct output *o));
/* Waits up to 250 ms in all for the reader to take the rest. */
void output_fini(struct output *o);

/* The whole text, or nothing of it (then `dropped` counts one more): never half a line. */
void output_write(struct output *o, struct span text);
bool output_is_idle(const struct output *o);

#endif
