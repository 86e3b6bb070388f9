#ifndef CLIENT_JOURNAL_INSIGHT_JOURNAL_SUMMARY_FILL_H
#define CLIENT_JOURNAL_INSIGHT_JOURNAL_SUMMARY_FILL_H

#include "relay-client/journal/insight/journal_summary.h"

/* Writes the summaries of what an older version recorded: once, when its journal is opened,
 * in some microseconds for each.  What a death interrupts goes on with the next start.  Does
 * nothing in a journal that has them all. */
MUST_CHECK enum err journal_summary_fill(struct journal_summary *s, struct database *db);

#endif
