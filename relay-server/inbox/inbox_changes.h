#ifndef SERVER_INBOX_CHANGES_H
#define SERVER_INBOX_CHANGES_H

#include "loop/deadline.h"
#include "relay-server/inbox/inbox_engine.h"

/* Changes that nobody awaits (removals, notes, tunnels): they are tried until the disk
 * takes them, in their order, whatever fails in between.
 *
 * Life: inbox_changes_init -> start -> add ... -> finish -> (the engine is closed) -> fini;
 *       what is added earlier than start waits for it */
struct inbox_changes {
    struct loop *loop;                    /* borrowed */
    const struct inbox_engine_kind *kind; /* borrowed */
    struct inbox_engine *engine;          /* borrowed from start to finish, else NULL */
    struct list ops;                      /* owned, in order */
    size_t len, with_engine;
    bool has_failed; /* one of them: all behind it go again, when none is under way */
    struct deadline again;
    void (*settled)(void *owner, struct inbox_op *op); /* borrows it; told each outcome */
    void *owner;
};

#define INBOX_CHANGES_MAX 65536u /* one more: ERR_BUSY */

void inbox_changes_init(struct inbox_changes *c, struct loop *l,
                        void (*settled)(void *owner, struct inbox_op *op), void *owner);
void inbox_changes_start(struct inbox_changes *c, const struct inbox_engine_kind *kind,
                         struct inbox_engine *engine);
/* Frees what was never taken. */
void inbox_changes_fini(struct inbox_changes *c);
/* Takes `op` over, unless it fails. */
MUST_CHECK enum err inbox_changes_add(struct inbox_changes *c, struct inbox_op *op);
/* Submits what waits, for the last time.  What the disk refuses now is not done: a removal
 * that is lost sends its delivery once more, to an agent that knows it. */
void inbox_changes_finish(struct inbox_changes *c);

#endif
