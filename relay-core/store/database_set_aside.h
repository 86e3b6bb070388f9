#ifndef STORE_DATABASE_SET_ASIDE_H
#define STORE_DATABASE_SET_ASIDE_H

#include "store/database_impl.h"

/* Renames the disconnected file and what SQLite keeps beside it; the lock stays held.
 * ERR_CORRUPT: it could not be renamed. */
MUST_CHECK enum err database_set_aside_files(struct database *db,
                                             char detail[static DETAIL_MAX]);

#endif
