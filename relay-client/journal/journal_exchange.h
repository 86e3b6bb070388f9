#ifndef CLIENT_JOURNAL_JOURNAL_EXCHANGE_H
#define CLIENT_JOURNAL_JOURNAL_EXCHANGE_H

#include "relay-client/journal/journal_reader.h"
#include "store/statement.h"

/* Behind the columns of a journal_row: head and body of request and answer. */
#define JOURNAL_EXCHANGE_COLUMNS "r.head, r.body, a.head, a.body"
#define JOURNAL_EXCHANGE_TABLES  "LEFT JOIN request r ON r.exchange = x.id"

/* A copy of the statement's current row. */
MUST_CHECK enum err journal_exchange_new(const struct statement *s,
                                         struct journal_exchange **out);

#endif
