#ifndef CLIENT_JOURNAL_JOURNAL_STORED_H
#define CLIENT_JOURNAL_JOURNAL_STORED_H

#include "relay-client/journal/journal_pending.h"
#include "store/statement.h"

/* A recorded request, copied out of the database on the worker thread for the loop.
 *
 * Life: journal_stored_new -> journal_stored_free */
struct journal_stored {
    struct journal_request request; /* points into this object */
    struct http_head head;
    enum journal_outcome outcome;
    struct journal_load answer; /* what it tells of the answer */
    char copies[];
};

/* Its one parameter is the exchange. */
#define JOURNAL_STORED_SQL                                                                     \
    "SELECT x.delivery, x.tunnel, x.peer, r.head, r.body, x.received_ms, x.arrived_ms,"        \
    "  x.body_truncated, x.webhook, x.replay_of, x.answered, a.exchange, a.outcome,"           \
    "  a.answered_by, a.status, a.answered_us, a.stored_us, a.attempts, a.crashes,"            \
    "  a.unreachable"                                                                          \
    " FROM exchange x JOIN request r ON r.exchange = x.id"                                     \
    " LEFT JOIN answer a ON a.exchange = x.id WHERE x.id = ?"

/* Of the statement's current row.  ERR_NOMEM; ERR_CORRUPT: its head is none. */
MUST_CHECK enum err journal_stored_new(const struct statement *s, struct journal_stored **out);
void journal_stored_free(struct journal_stored *stored);

#endif
