#ifndef CLIENT_JOURNAL_JOURNAL_BACKLOG_H
#define CLIENT_JOURNAL_JOURNAL_BACKLOG_H

#include "relay-client/journal/insight/journal_derived.h"
#include "relay-client/journal/journal_pending.h"

/* The rows of what is unfinished, inside the writer's transaction.  On the worker thread.
 * What is pending or set aside is in a partial index of its own; a webhook without an
 * answer can only be above `answered_up_to`, which each start and long runs raise.
 *
 * Life: journal_backlog_init -> journal_backlog_fini; zeroed is legal. */
struct journal_backlog {
    struct database *db; /* borrowed, like the next */
    struct journal_derived *derived;
    struct statement state, begin, load;
    uint64_t answered_up_to; /* as of the last start or journal_backlog_advance */
};

MUST_CHECK enum err journal_backlog_init(struct journal_backlog *b, struct database *db,
                                         struct journal_derived *derived);
void journal_backlog_fini(struct journal_backlog *b);

/* What the start of journal_pending_find does, before it looks. */
MUST_CHECK enum err journal_backlog_recover(struct journal_backlog *b);
/* At most `max` pending ones above `after`. */
MUST_CHECK enum err journal_backlog_find(struct journal_backlog *b, uint64_t after, size_t max,
                                         struct journal_pending *out, size_t *len);
MUST_CHECK enum err journal_backlog_count(struct journal_backlog *b,
                                          struct journal_unfinished *out);

/* `verdict`: OK, ERR_NOT_FOUND or ERR_CONFLICT as journal_pending_begin and ..._settle tell
 * their callers; nothing was changed unless it is OK. */
MUST_CHECK enum err journal_backlog_begin(struct journal_backlog *b, uint64_t exchange,
                                          unsigned attempts, enum err *verdict);
MUST_CHECK enum err journal_backlog_settle(struct journal_backlog *b, uint64_t exchange,
                                           enum journal_decision decision, enum err *verdict);

/* All of them, in steps: zeroed for the first, until `is_over`. */
struct journal_backlog_sweep {
    bool has_pending; /* settled them all; now come those set aside */
    uint64_t after;
    uint64_t count; /* settled so far */
    bool is_over;
};
#define JOURNAL_BACKLOG_STEP 1024u
MUST_CHECK enum err journal_backlog_settle_step(struct journal_backlog *b,
                                                enum journal_decision decision,
                                                struct journal_backlog_sweep *sweep);

/* Outside a transaction, now and then: notes how far everything up to `newest` has its
 * answer, so that the next start need not look there.  Mostly does nothing. */
MUST_CHECK enum err journal_backlog_advance(struct journal_backlog *b, uint64_t newest);

#endif
