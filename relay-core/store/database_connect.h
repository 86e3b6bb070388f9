#ifndef STORE_DATABASE_CONNECT_H
#define STORE_DATABASE_CONNECT_H

#include "store/database_impl.h"

/* Opens db->path in SQLite, sets it up, identifies, checks and migrates it.  On failure
 * db->handle is for database_connect_end, which zeroed is legal for. */
MUST_CHECK enum err database_connect(struct database *db);
/* A broken connection touches its files no more. */
void database_connect_end(struct database *db);

#endif
