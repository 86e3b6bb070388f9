#ifndef CLIENT_JOURNAL_INSIGHT_JOURNAL_WITHDRAWAL_H
#define CLIENT_JOURNAL_INSIGHT_JOURNAL_WITHDRAWAL_H

#include "relay-client/journal/writer/journal_changes.h"
#include "store/statement.h"

/* Messages that their users have unsent, as LINE tells it by an `unsend` event.  In the
 * writer's transaction.
 *
 * Life: journal_withdrawal_init -> journal_withdrawal_fini; zeroed is legal. */
struct journal_withdrawal {
    struct statement find, mark, hide;
    bool purges; /* for the owner to set: what was withdrawn leaves the disk */
};

MUST_CHECK enum err journal_withdrawal_init(struct journal_withdrawal *w, struct database *db);
void journal_withdrawal_fini(struct journal_withdrawal *w);

/* Marks the exchanges that hold what the events of this one take back. */
MUST_CHECK enum err journal_withdrawal_apply(struct journal_withdrawal *w, uint64_t exchange,
                                             struct journal_changes *changes);
/* Of an exchange that is finished now: hides it until it is purged, if it was withdrawn. */
MUST_CHECK enum err journal_withdrawal_finish(struct journal_withdrawal *w, uint64_t exchange);

#endif
