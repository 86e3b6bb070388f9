#ifndef SERVER_INBOX_SQLITE_FILE_H
#define SERVER_INBOX_SQLITE_FILE_H

#include "relay-server/inbox/sqlite/inbox_sqlite_read.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_write.h"

/* The file of an inbox as its one writer has it open, and how it is opened again: after
 * an I/O error nothing that the kernel holds of it can be trusted, so the connection is
 * closed, and a new one verified before the next use.  A damaged file is never replaced:
 * it is refused until it was repaired.
 *
 * Life: inbox_sqlite_file_init -> (inbox_sqlite_file_fail -> inbox_sqlite_file_revive) ...
 *       -> inbox_sqlite_file_fini; zeroed is legal. */

#define INBOX_SQLITE_BATCH_MAX 512u /* ops in one transaction */

struct inbox_sqlite_file {
    char *path;                /* owned */
    const struct clock *clock; /* borrowed */
    struct database *db;       /* owned; NULL: inbox_sqlite_file_revive comes first */
    struct inbox_sqlite_write write;
    struct inbox_sqlite_read read;
    uint64_t mark; /* as it is in the file: no record has a higher seq */
    /* Puts of a commit that failed.  It may come to life again when the log is recovered,
     * but the senders were told that they are not kept. */
    uint64_t doubtful[INBOX_SQLITE_BATCH_MAX];
    size_t doubtful_len;
    char failure[DETAIL_MAX]; /* for people */
};

/* On failure `failure`. */
MUST_CHECK enum err inbox_sqlite_file_init(struct inbox_sqlite_file *f, const char *path,
                                           const struct clock *clock);
void inbox_sqlite_file_fini(struct inbox_sqlite_file *f);
/* Tells all that is in it, as an engine's `open` does.  On failure `failure`. */
MUST_CHECK enum err inbox_sqlite_file_load(struct inbox_sqlite_file *f,
                                           const struct inbox_engine_options *options,
                                           uint64_t *last_seq);

/* After a failure of its database, outside a transaction: keeps what there is to tell, and
 * closes a connection that is broken. */
void inbox_sqlite_file_fail(struct inbox_sqlite_file *f);
/* Opens what inbox_sqlite_file_fail closed, and removes what is doubtful; does nothing if
 * it did not. */
MUST_CHECK enum err inbox_sqlite_file_revive(struct inbox_sqlite_file *f);

#endif
