#ifndef CLIENT_JOURNAL_QUERY_TIME_H
#define CLIENT_JOURNAL_QUERY_TIME_H

#include "relay-client/journal/query/query_value.h"

/* Values that are times (view/local_time.h). */

MUST_CHECK enum err query_time_since(const struct query_maker *m, const struct query_value *v,
                                     struct query_leaf *leaf);
MUST_CHECK enum err query_time_until(const struct query_maker *m, const struct query_value *v,
                                     struct query_leaf *leaf);
/* From and to: a day, a minute, a second, or from one to the next. */
MUST_CHECK enum err query_time_at(const struct query_maker *m, const struct query_value *v,
                                  struct query_leaf *leaf);

#endif
