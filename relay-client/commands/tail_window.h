#ifndef CLIENT_TAIL_WINDOW_H
#define CLIENT_TAIL_WINDOW_H

#include "relay-client/journal/journal_reader.h"

/* Which exchanges `hookline tail` has still to print.  One is printed when it is answered,
 * and answers come in any order: between the newest exchange and the oldest one without an
 * answer lies a window in which everything is remembered.  One that is pending is printed
 * as that, and again when it is not any more, unless the window has moved on: bots may be
 * down for days. */

#define TAIL_WINDOW_MAX     4096u
#define TAIL_WINDOW_LOST_MS (15u * 60u * 1000u) /* no answer comes after that long */

enum tail_window_mark { TAIL_WINDOW_UNSEEN, TAIL_WINDOW_PENDING, TAIL_WINDOW_DONE };

struct tail_window {
    uint64_t low; /* this one and all before are done with */
    uint64_t top; /* the newest one that was seen */
    /* What was printed, at id % TAIL_WINDOW_MAX, of low + 1 .. top. */
    enum tail_window_mark marks[TAIL_WINDOW_MAX];
};

/* Starts behind `id`. */
void tail_window_init(struct tail_window *w, uint64_t id);

/* Who wants to know; `print` returns false to stop. */
struct tail_window_reader {
    struct journal_reader *journal; /* borrowed for the call, like all of this */
    const struct journal_filter *filter;
    bool (*print)(void *owner, const struct journal_row *row);
    void *owner;
};

/* Looks at the journal once, and prints what matches and is news; also what will never be
 * answered.  Errors as journal_reader_list. */
MUST_CHECK enum err tail_window_look(struct tail_window *w,
                                     const struct tail_window_reader *reader, uint64_t now_ms);

#endif
