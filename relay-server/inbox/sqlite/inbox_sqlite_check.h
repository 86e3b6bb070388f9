#ifndef SERVER_INBOX_SQLITE_CHECK_H
#define SERVER_INBOX_SQLITE_CHECK_H

#include "relay-server/inbox/inbox_engine.h"
#include "store/database.h"

/* Looks at every byte of an inbox file that means something: SQLite's own check of the
 * pages, then every checksum, then whether all parts of each record are there.  Changes
 * nothing; a relay may be at work. */

struct inbox_sqlite_check {
    uint64_t records, aside, bytes;                  /* good ones, as quotas count */
    uint64_t damaged;                                /* records */
    uint64_t findings;                               /* these, and other faults */
    bool is_torn;                                    /* one of them is that pages are damaged */
    void (*found)(void *owner, const char *finding); /* one line for people */
    void *owner;
};

/* `found` and `owner` are set.  OK also when there are findings; else the file could not
 * be read for a reason that is none of its own. */
MUST_CHECK enum err inbox_sqlite_check_run(struct inbox_sqlite_check *c, struct database *db);
/* One more finding, for who met it elsewhere. */
void inbox_sqlite_check_note(struct inbox_sqlite_check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
