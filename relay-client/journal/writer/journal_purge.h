#ifndef CLIENT_JOURNAL_JOURNAL_PURGE_H
#define CLIENT_JOURNAL_JOURNAL_PURGE_H

#include "relay-client/journal/writer/journal_retention.h"

/* Takes off the disk what the user deleted and may no longer want back (journal_edit.h), and
 * what LINE's user has unsent, if that was asked for.  What it leaves is overwritten.  On
 * the worker thread, outside transactions. */

/* One small transaction.  `more`: there may be more to do now. */
MUST_CHECK enum err journal_purge_step(struct journal_retention *r, struct database *db,
                                       uint64_t wall_ms, bool *more);

#endif
