#ifndef STORE_DATABASE_H
#define STORE_DATABASE_H

#include "base/clock.h"
#include "base/err.h"
#include "store/detail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One SQLite file that is private to the user: WAL, synchronous=FULL, a commit is on
 * the disk when it returns.  Synchronous: a worker thread's, or a command's.
 *
 * Life:   database_open -> statements, transactions ... -> database_close
 * Thread: used by one at a time.
 * Writer: one per file in the whole system, held by a lock beside it.  It alone writes
 *         checkpoints (SQLite up to 3.51.2 can damage a WAL that two connections
 *         write and reset at once), and it does so only when told. */
struct database;

#define DATABASE_PATH_MAX 380u /* of the file; SQLite takes 512 with its endings */

/* What a file of this kind holds. Steps are never changed once released, only added. */
struct database_schema {
    const char *what;         /* in messages: "journal" */
    uint32_t application_id;  /* not 0; in the file's header */
    const char *const *steps; /* steps[i] is SQL that leads from version i to i + 1 */
    unsigned version;         /* how many steps there are */
};

struct database_options {
    const char *path;                     /* or ":memory:": private, gone when closed */
    const struct database_schema *schema; /* borrowed until database_close */
    const struct clock *clock;            /* for the name of what is set aside */
    bool is_reader;                       /* changes nothing, creates nothing */
    bool sets_aside; /* a damaged file is renamed and a new one begun; else ERR_CORRUPT */
    bool is_rescuer; /* holds the writer's lock to read what can be read of a damaged file */
};

/* A rescuer creates and checks nothing; it moves the log into the file if that is possible,
 * and changes nothing else.  OK says that the file is there and no other program's; whose
 * version it is, is the caller's to ask.
 * A writer creates folder (0700) and file (0600), whatever the umask, and brings the
 * schema up to date.  A file that is a symbolic link, not ours, or open to others is
 * refused: ERR_DENIED.  Files up to 64 MiB are checked whole; larger ones are found
 * damaged when a damaged page is met.
 * ERR_NOT_FOUND: reader, no file.  ERR_BUSY: another writer, its process id in
 * `detail`.  ERR_CONFIG: not a file of this kind.  ERR_VERSION: made by a newer program,
 * or for a reader by an older one.  `detail` is for people, "" when there is nothing
 * to tell; with OK it may tell of a damaged file that was set aside. */
MUST_CHECK enum err database_open(const struct database_options *options, struct database **out,
                                  char detail[static DETAIL_MAX]);
/* Every statement must be finished.  Rolls back; the last one out checkpoints. */
void database_close(struct database *db);
/* Closes it and renames the file, for damage that is found later: no content is
 * deleted.  `detail` says where it is now and how to save what is in it. */
MUST_CHECK enum err database_set_aside(struct database *db, char detail[static DETAIL_MAX]);
/* Closes it and puts the file `by`, which is closed and whole, in its place; the damaged
 * one gets another name, which is `detail` with OK.  On failure it keeps its place, and
 * `detail` says why. */
MUST_CHECK enum err database_set_aside_for(struct database *db, const char *by,
                                           char detail[static DETAIL_MAX]);

/* Constant SQL without parameters or results; may hold several statements. */
MUST_CHECK enum err database_exec(struct database *db, const char *sql);
/* Takes the write lock at once, so that nothing later fails for want of it. */
MUST_CHECK enum err database_begin(struct database *db);
/* OK: on the disk.  Anything else: rolled back, nothing of it is kept. */
MUST_CHECK enum err database_commit(struct database *db);
/* Does nothing outside a transaction (SQLite may have left it by itself). */
void database_rollback(struct database *db);

/* An I/O error or damage was met: what the kernel holds of this file can no longer be
 * trusted.  Close it, and open it again before the next write. */
bool database_is_broken(const struct database *db);
/* Of the last failure, "" if none. */
const char *database_detail(const struct database *db);

/* Bytes in the write-ahead log as of the last commit. */
uint64_t database_wal_size(const struct database *db);
/* Copies what was committed into the file and does not wait for readers (whose turn
 * it is: ERR_BUSY, harmless).  `empty` also cuts the log to nothing. */
MUST_CHECK enum err database_checkpoint(struct database *db, bool empty);

struct database_size {
    uint64_t used, unused; /* bytes of pages that hold something, and of free ones */
};
MUST_CHECK enum err database_measure(struct database *db, struct database_size *out);
/* Gives at most `pages` free pages back to the file system. */
MUST_CHECK enum err database_shrink(struct database *db, unsigned pages);

#endif
