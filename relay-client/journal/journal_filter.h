#ifndef CLIENT_JOURNAL_JOURNAL_FILTER_H
#define CLIENT_JOURNAL_JOURNAL_FILTER_H

#include "relay-client/journal/journal_reader.h"
#include "store/statement.h"

/* A filter as a statement whose rows are JOURNAL_ROW_COLUMNS: SQL from a table of
 * conditions, every value bound.  It has no limit, and may give an exchange several times
 * in a row: that is for the caller.  `f` and its texts are borrowed until
 * statement_fini. */
MUST_CHECK enum err journal_filter_prepare(const struct journal_filter *f, struct database *db,
                                           struct statement *out);

#endif
