#ifndef CLIENT_JOURNAL_JOURNAL_FILTER_H
#define CLIENT_JOURNAL_JOURNAL_FILTER_H

#include "base/bytes.h"
#include "relay-client/journal/journal_reader.h"
#include "store/statement.h"

/* A filter as a statement whose rows are JOURNAL_ROW_COLUMNS: SQL from a table of
 * conditions, every value bound.  It has no limit, and may give an exchange several times
 * in a row: that is for the caller.  `f` and its texts are borrowed until the end.
 *
 * Life: journal_filter_prepare -> statement_step ... -> journal_filter_finish */
struct journal_filter_query {
    struct statement statement;
    struct bytes text; /* f->text, folded */
};
/* On failure too journal_filter_finish is called. */
MUST_CHECK enum err journal_filter_prepare(const struct journal_filter *f, struct database *db,
                                           struct journal_filter_query *out);
void journal_filter_finish(struct journal_filter_query *q);

#endif
