#ifndef CLIENT_JOURNAL_SEARCH_JOURNAL_SEARCH_H
#define CLIENT_JOURNAL_SEARCH_JOURNAL_SEARCH_H

#include "relay-client/journal/search/journal_search_text.h"
#include "store/statement.h"

/* The rows of the table `search`, inside the writer's transaction.  On the worker thread.
 * An exchange whose text is too long has none.
 *
 * Life: journal_search_init -> journal_search_fini; zeroed is legal. */
struct journal_search {
    struct bytes text; /* of the one that is being written; kept for the next */
    struct statement load, store, erase;
    uint64_t unsearched; /* up to here rows may lack that an older version did not write */
};

MUST_CHECK enum err journal_search_init(struct journal_search *s, struct database *db);
void journal_search_fini(struct journal_search *s);

MUST_CHECK enum err journal_search_insert(struct journal_search *s, uint64_t exchange,
                                          const struct journal_search_source *source);
/* From what the journal has of it, after its note has changed. */
MUST_CHECK enum err journal_search_refresh(struct journal_search *s, uint64_t exchange);

/* Outside a transaction: writes some of the rows that an older version did not, the latest
 * first.  `more`: there are others. */
MUST_CHECK enum err journal_search_catch_up(struct journal_search *s, struct database *db,
                                            bool *more);

#endif
