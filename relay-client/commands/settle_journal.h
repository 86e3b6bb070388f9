#ifndef CLIENT_SETTLE_JOURNAL_H
#define CLIENT_SETTLE_JOURNAL_H

#include "relay-client/journal/journal_pending.h"

/* `hookline retry` and `drop` while no agent runs: the journal is opened as its writer for
 * as long as that takes.  An agent that died is noticed on the way: what it had under way
 * counts as one of its crashes, as its next start would count it. */

struct settle_journal_result {
    uint64_t count;   /* of exchanges that were changed */
    char detail[512]; /* for people: why not, or that the journal was damaged; or "" */
};

/* `exchange` 0: all.  Errors as of journal_open and journal_pending_settle. */
MUST_CHECK enum err settle_journal(const char *path, uint64_t exchange,
                                   enum journal_decision decision,
                                   struct settle_journal_result *out);

#endif
