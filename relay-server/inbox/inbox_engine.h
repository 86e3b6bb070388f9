#ifndef SERVER_INBOX_ENGINE_H
#define SERVER_INBOX_ENGINE_H

#include "relay-server/inbox/inbox_damage.h"
#include "relay-server/inbox/inbox_op.h"

/* What keeps records for the inbox: SQLite now; a log that several relays share has the
 * same five operations.  An engine knows nothing of quotas and of who may do what.
 *
 * Life:  open -> ops ... -> close -> on_closed (freed)
 * Order: ops take effect, and are done, in the order of submission, across kinds.
 * Again: an op that failed has changed nothing; one that is repeated after it succeeded
 *        (only removals, notes and tunnels are) changes nothing either. */
struct inbox_engine;

/* A record that was there at the start; all is borrowed for the call. */
struct inbox_found {
    struct inbox_row row; /* without head and body */
    bool is_aside;
    struct span reason; /* why */
    enum inbox_damage damage;
};

struct inbox_engine_options {
    const char *path;
    /* Called before open returns, tunnels first, records by seq; not NULL.  What they
     * return other than OK ends the opening. */
    enum err (*found_tunnel)(void *owner, const struct inbox_tunnel *t);
    enum err (*found_record)(void *owner, const struct inbox_found *f);
    void *owner;
};

struct inbox_engine_kind {
    /* As inbox_open.  `last_seq`: no record ever had a higher one. */
    enum err (*open)(struct loop *l, const struct inbox_engine_options *options,
                     struct inbox_engine **out, uint64_t *last_seq,
                     char detail[static DETAIL_MAX]);
    /* `done`, `owner` and the kind's fields are set.  Puts, notes, removals and tunnels are
     * done OK only when they are on the disk.  ERR_BUSY: too many are under way. */
    enum err (*submit)(struct inbox_engine *e, struct inbox_op *op);
    /* Does what was submitted first. */
    void (*close)(struct inbox_engine *e, void (*on_closed)(void *owner), void *owner);
};

#define INBOX_OPS_MAX (4096u + 65536u + 512u) /* at once: puts, changes, fetches */

extern const struct inbox_engine_kind inbox_sqlite;

#endif
