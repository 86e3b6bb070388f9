#ifndef CLIENT_JOURNAL_JOURNAL_FILTER_H
#define CLIENT_JOURNAL_JOURNAL_FILTER_H

#include "relay-client/journal/journal_reader.h"
#include "store/statement.h"

/* A filter as a statement over JOURNAL_ROW_TABLES: SQL from a table of conditions, every
 * value bound.  `f` and its texts are borrowed until statement_fini. */
MUST_CHECK enum err journal_filter_prepare(const struct journal_filter *f, struct database *db,
                                           struct statement *out);

#endif
