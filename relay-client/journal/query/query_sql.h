#ifndef CLIENT_JOURNAL_QUERY_SQL_H
#define CLIENT_JOURNAL_QUERY_SQL_H

#include "relay-client/journal/query/query_tree.h"
#include "store/statement.h"

/* A parsed query as SQL: constant pieces from query_key_table.c, every value bound.  Goes
 * through `summary`, which is narrow, and looks at other tables by the exchange's id.
 * Aliases: s summary, y exchange, f first event, g others, b answer, w search. */

#define QUERY_SQL_MAX (JOURNAL_QUERY_TERMS * 2048u)

/* How exchanges are found. */
enum query_sql_way {
    QUERY_SQL_ROWS, /* each is looked at: for a few of them */
    QUERY_SQL_SETS, /* what indexes give, for all at once: when many are gone through */
};
/* Is there a difference between the two ways? */
bool query_sql_has_sets(const struct journal_query *q);

/* "FROM summary s ... WHERE (...)"; parameters are numbered from `first`.  NULL is the
 * query that has no conditions.  Deleted exchanges are left out. */
MUST_CHECK enum err query_sql_append(const struct journal_query *q, enum query_sql_way way,
                                     unsigned first, struct bytes *out);
/* The values; they are borrowed until statement_reset. */
void query_sql_bind(const struct journal_query *q, unsigned first, struct statement *s);

#endif
