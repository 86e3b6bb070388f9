#ifndef CLIENT_JOURNAL_INSIGHT_JOURNAL_SUMMARY_H
#define CLIENT_JOURNAL_INSIGHT_JOURNAL_SUMMARY_H

#include "relay-client/journal/journal_entry.h"
#include "store/statement.h"

/* The table `summary` (journal_insight.h): written in the transaction that changes what it
 * tells.  On the worker thread.
 *
 * Life: journal_summary_init -> journal_summary_fini; zeroed is legal. */
struct journal_summary {
    struct statement load, store;
};

MUST_CHECK enum err journal_summary_init(struct journal_summary *s, struct database *db);
void journal_summary_fini(struct journal_summary *s);

/* Of a request that was just inserted; `batch`: what its body says. */
MUST_CHECK enum err journal_summary_insert(struct journal_summary *s,
                                           const struct journal_entry *e,
                                           const struct line_batch *batch);
/* After its answer was written or has changed; nothing if there is no such exchange.
 * `is_now`: of journal_answer.  `takes_back`: it may be LINE's word that a message was
 * unsent, and nothing says that it is forged. */
MUST_CHECK enum err journal_summary_refresh(struct journal_summary *s, uint64_t exchange,
                                            bool is_now, bool *takes_back);

/* The same of a row of an older version, of which these bits are known (what
 * journal_findings_read tells). */
MUST_CHECK enum err journal_summary_restore(struct journal_summary *s, uint64_t exchange,
                                            uint32_t flags, uint64_t findings);

#endif
