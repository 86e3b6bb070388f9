#ifndef SERVER_INBOX_SCHEMA_TABLE_H
#define SERVER_INBOX_SCHEMA_TABLE_H

#include "store/database.h"

extern const struct database_schema inbox_schema;

/* No seq is above this: one that is was not written by us. */
#define INBOX_SEQ_MAX ((uint64_t)1 << 62)

#endif
