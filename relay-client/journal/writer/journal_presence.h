#ifndef CLIENT_JOURNAL_JOURNAL_PRESENCE_H
#define CLIENT_JOURNAL_JOURNAL_PRESENCE_H

#include "store/database.h"

/* When an agent was there to write: what the journal says of the time in which none was
 * (journal_gaps.h).  On the worker thread, outside transactions. */

/* Shorter absences are not worth a word; and so often it is written that one is there. */
#define JOURNAL_PRESENCE_MS 60000u

struct journal_presence {
    uint64_t noted_ms; /* on the disk; 0: nothing is noted in this file */
};

/* An agent has begun: notes its absence (`has_gap`), ends what its predecessor left open. */
MUST_CHECK enum err journal_presence_begin(struct journal_presence *p, struct database *db,
                                           uint64_t wall_ms, bool *has_gap);
/* It is still there; writes now and then.  `at_once`: it is about to end. */
MUST_CHECK enum err journal_presence_note(struct journal_presence *p, struct database *db,
                                          uint64_t wall_ms, bool at_once);

#endif
