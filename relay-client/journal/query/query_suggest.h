#ifndef CLIENT_JOURNAL_QUERY_SUGGEST_H
#define CLIENT_JOURNAL_QUERY_SUGGEST_H

#include "relay-client/journal/query/journal_query.h"

/* What may stand at the cursor of a query that is being typed: keys and flags, words of the
 * key in front, and what the journal has in its newest exchanges. */

#define QUERY_SUGGEST_MAX    40u    /* suggestions of one call */
#define QUERY_SUGGEST_COUNTS 12u    /* of them, values of the journal */
#define QUERY_SUGGEST_RECENT 10000u /* exchanges that are looked at, where no index is */

struct query_suggestion {
    struct span insert;
    const char *kind; /* "key", "flag" or "value" */
    const char *name; /* of the key or flag; NULL for values */
    size_t from, to;  /* what it replaces, in UTF-16 units */
    bool has_count;
    uint64_t count;
};

/* Best first.  `at` is the cursor in UTF-16 units, and may lie behind the end; spans are
 * borrowed for the call of `each`, which returns false to stop. */
MUST_CHECK enum err query_suggest(struct journal_reader *r, struct span text, size_t at,
                                  bool (*each)(void *owner, const struct query_suggestion *s),
                                  void *owner);

#endif
