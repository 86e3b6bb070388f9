#ifndef CLIENT_JOURNAL_JOURNAL_CHANGES_H
#define CLIENT_JOURNAL_JOURNAL_CHANGES_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an entry has changed besides its own exchange: written on the worker thread, told on
 * the loop after the commit (journal_watch).  Zeroed is legal. */
struct journal_changes {
    uint64_t *ids; /* owned */
    size_t len, capacity;
    bool has_gap; /* one has begun or ended */
};

void journal_changes_fini(struct journal_changes *c);
MUST_CHECK enum err journal_changes_add(struct journal_changes *c, uint64_t exchange);

#endif
