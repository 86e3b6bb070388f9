#ifndef CLIENT_JOURNAL_LOOKUP_JOURNAL_RELATED_H
#define CLIENT_JOURNAL_LOOKUP_JOURNAL_RELATED_H

#include "relay-client/journal/journal_reader.h"

/* What belongs to one exchange and stands elsewhere in the journal.  `id` is its number and
 * nothing else (journal_reader_get takes other words too). */

/* When it was received by the relay; ERR_NOT_FOUND, also for one that is deleted. */
MUST_CHECK enum err journal_related_received(struct journal_reader *r, uint64_t id,
                                             uint64_t *received_ms);

/* Its replays, the oldest first, at most `max`. */
MUST_CHECK enum err
journal_related_replays(struct journal_reader *r, uint64_t id, size_t max,
                        bool (*each)(void *owner, const struct journal_row *row), void *owner);

/* Of its events by place in the body, as far as they were decoded. */
struct journal_related_event {
    size_t index;
    uint64_t duplicate_of; /* the first exchange that had it, or 0 */
    bool is_withdrawn;     /* its message was unsent since */
};
MUST_CHECK enum err
journal_related_events(struct journal_reader *r, uint64_t id,
                       bool (*each)(void *owner, const struct journal_related_event *event),
                       void *owner);

/* The user's note; `take` is not called when there is none.  Borrowed for the call. */
MUST_CHECK enum err journal_related_note(struct journal_reader *r, uint64_t id,
                                         void (*take)(void *owner, struct span note),
                                         void *owner);

#endif
