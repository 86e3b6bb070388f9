#ifndef CLIENT_JOURNAL_JOURNAL_FILE_H
#define CLIENT_JOURNAL_JOURNAL_FILE_H

#include "relay-client/journal/writer/journal_backlog.h"
#include "relay-client/journal/writer/journal_call_insert.h"
#include "relay-client/journal/writer/journal_insert.h"
#include "relay-client/journal/writer/journal_presence.h"
#include "relay-client/journal/writer/journal_retention.h"

/* The file of a journal as its writer has it open, and how it is opened again: after an
 * I/O error nothing that the kernel holds of it can be trusted, so the connection is
 * closed, and a new one verified before the next use.  A file that proves to be damaged
 * is set aside and a new one begun.
 *
 * Life: journal_file_init -> (journal_file_fail -> journal_file_revive) ... ->
 *       journal_file_fini; zeroed is legal. */
struct journal_file {
    char *path;                /* owned */
    const struct clock *clock; /* borrowed */
    struct database *db;       /* owned; NULL: journal_file_revive comes first */
    struct journal_derived derived;
    struct journal_insert insert;
    struct journal_call_insert calls;
    struct journal_backlog backlog;
    struct journal_retention retention;
    struct journal_presence presence;
    bool purges_unsent; /* for the owner to set */
    uint64_t kept_id;   /* the highest that was committed; the owner raises it */
    bool is_revival;
    char failure[DETAIL_MAX], notice[DETAIL_MAX]; /* for people; the owner clears them */
};

/* OK with a `notice`: the file was damaged and set aside.  On failure `failure`.  Zeroed
 * before, but for what the owner sets. */
MUST_CHECK enum err journal_file_init(struct journal_file *f, const char *path,
                                      const struct clock *clock);
void journal_file_fini(struct journal_file *f);

/* After `rc` from its database, outside a transaction: keeps what there is to tell, and
 * closes a connection that is broken. */
void journal_file_fail(struct journal_file *f, enum err rc);
/* Opens what journal_file_fail closed; does nothing if it did not.  What is in it above
 * kept_id is removed: a commit that failed may have come to life again when the log was
 * recovered, but its senders were told that it is not on disk. */
MUST_CHECK enum err journal_file_revive(struct journal_file *f);

#endif
