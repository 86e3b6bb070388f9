#ifndef STORE_DATABASE_ERROR_H
#define STORE_DATABASE_ERROR_H

#include "store/database_impl.h"

/* Translates what SQLite answered: writes the detail and marks the connection as
 * broken if it is.  OK for SQLITE_OK, ROW and DONE, which change nothing. */
MUST_CHECK enum err database_error_note(struct database *db, int code);

/* Damage that SQLite did not find itself; returns ERR_CORRUPT. */
MUST_CHECK enum err database_error_damaged(struct database *db, const char *what);

#endif
