#ifndef SERVER_INBOX_TORN_H
#define SERVER_INBOX_TORN_H

#include "relay-server/inbox/sqlite/inbox_sqlite_check.h"
#include "relay-server/inbox/sqlite/inbox_sqlite_write.h"

/* Looks through all pages of the damaged file at `path` for records that `to` does not
 * have yet, in a transaction of the caller's.  `salvaged` counts those that are whole;
 * of others `check` is told.  Errors are those of `to`, and of reading the file at all. */
MUST_CHECK enum err inbox_torn_salvage(struct database *to, struct inbox_sqlite_write *w,
                                       const char *path, struct inbox_sqlite_check *check,
                                       uint64_t *salvaged);

#endif
