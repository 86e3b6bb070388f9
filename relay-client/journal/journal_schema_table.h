#ifndef CLIENT_JOURNAL_JOURNAL_SCHEMA_TABLE_H
#define CLIENT_JOURNAL_JOURNAL_SCHEMA_TABLE_H

#include "store/database.h"

/* The tables of a journal. Docs and other programs may rely on them: changes are new
 * steps. */
extern const struct database_schema journal_schema;

/* Event n of exchange x has the id x * JOURNAL_EVENTS_STRIDE + n: a row's place tells
 * whose it is, and no index is needed to find it. SQL says 128 literally. */
#define JOURNAL_EVENTS_STRIDE 128u

#endif
