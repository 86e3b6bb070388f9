#ifndef CLIENT_JOURNAL_JOURNAL_INSERT_H
#define CLIENT_JOURNAL_JOURNAL_INSERT_H

#include "relay-client/journal/insight/journal_derived.h"
#include "relay-client/journal/journal_entry.h"

/* Turns entries into rows, inside the writer's transaction.  On the worker thread.
 *
 * Life: journal_insert_init -> journal_insert_fini; zeroed is legal. */
struct journal_insert {
    struct journal_derived *derived; /* borrowed */
    struct statement exchange, request, answer, event;
    struct statement sender, sender_before, sender_joins;
    struct statement find_delivery, find_event, find_done, find_dropped;
};

MUST_CHECK enum err journal_insert_init(struct journal_insert *ins, struct database *db,
                                        struct journal_derived *derived);
void journal_insert_fini(struct journal_insert *ins);

/* As exchange `id`.  Sets e->exchange, duplicate_of and is_repeated with OK; e->exchange
 * with ERR_CONFLICT: there is one of this delivery, and nothing was inserted.  After any
 * other error the transaction holds a part of it and must be rolled back. */
MUST_CHECK enum err journal_insert_request(struct journal_insert *ins, struct journal_entry *e,
                                           uint64_t id);
/* Replaces an earlier answer (a delivery was tried again), or what it says of the sender.
 * ERR_CONFLICT: there is no such exchange (any more), and nothing was inserted. */
MUST_CHECK enum err journal_insert_answer(struct journal_insert *ins,
                                          const struct journal_entry *e);

#endif
