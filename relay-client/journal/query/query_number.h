#ifndef CLIENT_JOURNAL_QUERY_NUMBER_H
#define CLIENT_JOURNAL_QUERY_NUMBER_H

#include "relay-client/journal/query/query_value.h"

/* Values that are numbers: one, a comparison, or a range with both its ends. */

/* 200, 5xx, >=400, 200..299, none; 100 to 599. */
MUST_CHECK enum err query_number_status(const struct query_maker *m,
                                        const struct query_value *v, struct query_leaf *leaf);
/* >1.5s, 200ms..1s; ms s m h, a bare number is ms. */
MUST_CHECK enum err query_number_took(const struct query_maker *m, const struct query_value *v,
                                      struct query_leaf *leaf);
/* 17, >17, 17..20: a first parameter, or two with `has_end`. */
MUST_CHECK enum err query_number_id(const struct query_maker *m, const struct query_value *v,
                                    struct query_leaf *leaf);
/* 17 alone. */
MUST_CHECK enum err query_number_one(const struct query_maker *m, const struct query_value *v,
                                     struct query_leaf *leaf);

#endif
