#ifndef CLIENT_JOURNAL_JOURNAL_RETENTION_H
#define CLIENT_JOURNAL_JOURNAL_RETENTION_H

#include "relay-client/journal/writer/journal_call_retention.h"

/* Deletes the oldest exchanges while the journal is too large or they are too old, in
 * steps that take a few milliseconds each.  The newest exchange always stays, so that
 * ids go up for ever, and so does every one that is not finished: the bot still has to get
 * it, or the user to decide.  If these alone are more than the limit, the journal is larger
 * than its limit.  On the worker thread.
 *
 * Life: journal_retention_init -> journal_retention_fini; zeroed is legal. */
#define JOURNAL_RETENTION_TABLES 11u
struct journal_retention {
    struct statement oldest;
    struct statement erase[JOURNAL_RETENTION_TABLES];
    struct journal_call_retention calls;
    uint64_t passed; /* up to here only what stays was found, in this pass */
};

struct journal_limits {
    uint64_t keep_bytes, keep_ms;
};

/* Of one step. */
#define JOURNAL_RETENTION_ROWS  256u
#define JOURNAL_RETENTION_LOOKS 4096u /* at those that stay, too */
#define JOURNAL_RETENTION_BYTES (4u * 1024 * 1024)

MUST_CHECK enum err journal_retention_init(struct journal_retention *r, struct database *db);
void journal_retention_fini(struct journal_retention *r);

/* All rows of one exchange, inside a transaction. */
MUST_CHECK enum err journal_retention_erase(struct journal_retention *r, uint64_t exchange);

/* One transaction, and one more for calls of the bot that belong to no exchange.  `more`:
 * there may be more to delete. */
MUST_CHECK enum err journal_retention_step(struct journal_retention *r, struct database *db,
                                           const struct journal_limits *limits,
                                           uint64_t wall_ms, bool *more);

#endif
