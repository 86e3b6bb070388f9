#ifndef CLIENT_JOURNAL_JOURNAL_CALL_INSERT_H
#define CLIENT_JOURNAL_JOURNAL_CALL_INSERT_H

#include "relay-client/journal/insight/journal_derived.h"
#include "relay-client/journal/journal_entry.h"

/* Turns entries of calls and people into rows, inside the writer's transaction.  On the
 * worker thread.
 *
 * Life: journal_call_insert_init -> journal_call_insert_fini; zeroed is legal. */
struct journal_call_insert {
    struct journal_derived *derived; /* borrowed */
    struct statement summary, call, body, chat, person;
};

MUST_CHECK enum err journal_call_insert_init(struct journal_call_insert *ins,
                                             struct database *db,
                                             struct journal_derived *derived);
void journal_call_insert_fini(struct journal_call_insert *ins);

/* `place`: the newest exchange so far.  Sets e->call_id; e->exchange: the call's, or 0 if
 * that is gone.  After an error the transaction must be rolled back. */
MUST_CHECK enum err journal_call_insert(struct journal_call_insert *ins,
                                        struct journal_entry *e, uint64_t place);
MUST_CHECK enum err journal_call_insert_person(struct journal_call_insert *ins,
                                               const struct journal_entry *e, uint64_t place);

#endif
