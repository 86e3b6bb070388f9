#ifndef STORE_MIGRATIONS_H
#define STORE_MIGRATIONS_H

#include "store/database.h"

/* Brings a file to the version that the program knows.  The header of a SQLite file has
 * room for the kind (application_id) and the version (user_version). */

/* How far the file is: 0 for an empty one.  ERR_CONFIG: of another kind.  ERR_VERSION:
 * newer than we know. */
MUST_CHECK enum err migrations_identify(struct database *db, unsigned *version);
/* Each step is one transaction: a crash in between leaves a version that is whole. */
MUST_CHECK enum err migrations_run(struct database *db, unsigned version);

#endif
