#ifndef CLIENT_JOURNAL_JOURNAL_GAPS_H
#define CLIENT_JOURNAL_JOURNAL_GAPS_H

#include "relay-client/journal/journal_edit.h"
#include "relay-client/journal/journal_reader.h"

/* When nothing could come, and what the relay kept meanwhile. */
struct journal_gap {
    uint64_t id; /* later ones have higher ones */
    enum journal_gap_kind kind;
    uint64_t from_ms, to_ms; /* to_ms 0: still */
    uint64_t kept;           /* exchanges that came out of the inbox, received meanwhile */
};

/* Those that began after `after_ms`, and not after `until_ms`; the latest first. */
#define JOURNAL_GAPS_MAX 200u
MUST_CHECK enum err journal_gaps_list(struct journal_reader *r, uint64_t after_ms,
                                      uint64_t until_ms,
                                      bool (*each)(void *owner, const struct journal_gap *gap),
                                      void *owner);

#endif
