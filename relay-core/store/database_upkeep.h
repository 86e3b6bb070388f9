#ifndef STORE_DATABASE_UPKEEP_H
#define STORE_DATABASE_UPKEEP_H

#include "store/database.h"

/* What the writer of a file does now and then, so that neither its log nor its free pages
 * grow without bounds.  Between transactions. */

/* Checkpoints when the log has grown by 4 MiB.  One that readers hinder is tried again
 * when it has grown by as much again. */
MUST_CHECK enum err database_upkeep_log(struct database *db);

/* A small step of what can wait for a quiet moment: gives free pages beyond 4 MiB back to
 * the file system, then empties the log.  `has_more`: another step has something to do. */
MUST_CHECK enum err database_upkeep_rest(struct database *db, bool *has_more);

#endif
