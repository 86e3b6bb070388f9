#ifndef CLIENT_JOURNAL_INSIGHT_JOURNAL_DERIVED_H
#define CLIENT_JOURNAL_INSIGHT_JOURNAL_DERIVED_H

#include "relay-client/journal/insight/journal_summary.h"
#include "relay-client/journal/insight/journal_withdrawal.h"
#include "relay-client/journal/search/journal_search.h"

/* What follows from the rows of an exchange, and is written with them in one transaction:
 * its summary, what a search finds it by, which earlier messages it takes back.
 *
 * Life: journal_derived_init -> journal_derived_fini; zeroed is legal. */
struct journal_derived {
    struct journal_summary summary;
    struct journal_search search;
    struct journal_withdrawal withdrawal;
    struct journal_changes *changes; /* of the entry that is being written; for the owner */
};

MUST_CHECK enum err journal_derived_init(struct journal_derived *d, struct database *db);
void journal_derived_fini(struct journal_derived *d);

/* Of a request that was just inserted; `batch`: what its body says. */
MUST_CHECK enum err journal_derived_insert(struct journal_derived *d,
                                           const struct journal_entry *e,
                                           const struct line_batch *batch);
/* After its answer was written, or has changed. */
MUST_CHECK enum err journal_derived_update(struct journal_derived *d, uint64_t exchange,
                                           bool is_now);

#endif
