#ifndef CLIENT_JOURNAL_JOURNAL_CALL_RETENTION_H
#define CLIENT_JOURNAL_JOURNAL_CALL_RETENTION_H

#include "store/statement.h"

/* Deletes calls of the bot that belong to no exchange (the others go with theirs), the oldest
 * first.  On the worker thread.
 *
 * Life: journal_call_retention_init -> journal_call_retention_fini; zeroed is legal. */
#define JOURNAL_CALL_RETENTION_TABLES 3u
#define JOURNAL_CALL_RETENTION_ROWS   256u
struct journal_call_retention {
    struct statement oldest;
    struct statement erase[JOURNAL_CALL_RETENTION_TABLES];
};

MUST_CHECK enum err journal_call_retention_init(struct journal_call_retention *r,
                                                struct database *db);
void journal_call_retention_fini(struct journal_call_retention *r);

/* One transaction: those before `until_ms`, at most JOURNAL_CALL_RETENTION_ROWS and a few
 * MiB.  Sets `more` if it deleted some. */
MUST_CHECK enum err journal_call_retention_step(struct journal_call_retention *r,
                                                struct database *db, uint64_t until_ms,
                                                bool *more);

#endif
