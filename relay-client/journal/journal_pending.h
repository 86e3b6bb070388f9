#ifndef CLIENT_JOURNAL_JOURNAL_PENDING_H
#define CLIENT_JOURNAL_JOURNAL_PENDING_H

#include "relay-client/journal/journal.h"

/* What of the journal is unfinished, for the agent that goes on with it.  Everything is
 * done on the journal's worker thread, in order with its other calls; an object with a
 * callback is embedded in the caller's and lives until that is called, on the loop.
 * Each call: ERR_BUSY when 256 are under way, ERR_NOMEM, ERR_CLOSED after journal_close;
 * its callback: also ERR_NO_SPACE, ERR_IO, ... as journal_record's.  After these a change may
 * be on the disk nevertheless; to ask for it again does no harm. */

#define JOURNAL_CRASHES_MAX 3u /* then a delivery is set aside */

/* How many there are; any process's reader can count too (journal_reader.h). */
struct journal_unfinished {
    uint64_t pending, aside;
};

/* One webhook that the bot still has to get. */
struct journal_pending {
    uint64_t exchange;
    unsigned attempts, crashes;
    uint64_t arrived_ms, next_ms;
};

/* For a start, before anything is recorded: every webhook (no replay) without an answer,
 * or whose attempt had begun and not ended (journal_pending_begin), was under way when the
 * agent died: it counts as a crash and becomes JOURNAL_PENDING, or JOURNAL_ASIDE at
 * JOURNAL_CRASHES_MAX.  Then the pending ones above `after`, oldest first: whole when
 * fewer than `max` were found.  `unfinished` are all that there are, set before `found`. */
#define JOURNAL_PENDING_MAX 4096u
struct journal_pending_query {
    uint64_t after;
    bool is_start;
    size_t max; /* 1 .. JOURNAL_PENDING_MAX */
    struct journal_unfinished unfinished;
    void (*found)(struct journal_pending_query *q, enum err rc,
                  const struct journal_pending *found, size_t len);
};
MUST_CHECK enum err journal_pending_find(struct journal *j, struct journal_pending_query *q);

/* An attempt begins: `done` with OK says that this is on disk, so that a crash will be
 * counted.  `attempts` includes it.  ERR_NOT_FOUND: there is no such exchange.
 * ERR_CONFLICT: it is not pending; the user has dropped it. */
struct journal_begin {
    uint64_t exchange;
    unsigned attempts;
    void (*done)(struct journal_begin *b, enum err rc);
};
MUST_CHECK enum err journal_pending_begin(struct journal *j, struct journal_begin *b);

/* The request as it was recorded, to be checked again: its signature may never have been.
 * The spans are valid for the call of `loaded`.  ERR_NOT_FOUND, ERR_NOMEM. */
struct journal_load {
    uint64_t exchange;
    /* What its answer says so far, for the next journal_answer; set before `loaded`. */
    enum journal_answerer by;
    unsigned status;
    uint64_t answered_us, stored_us;
    unsigned attempts, crashes;
    bool is_unreachable;
    void (*loaded)(struct journal_load *l, enum err rc, const struct journal_request *request,
                   enum journal_outcome outcome);
};
MUST_CHECK enum err journal_pending_load(struct journal *j, struct journal_load *l);

/* The user's word.  `exchange` 0: all that are pending or set aside. */
enum journal_decision {
    JOURNAL_RETRY, /* pending or set aside -> pending, crashes 0, at once */
    JOURNAL_DROP,  /* -> JOURNAL_DROPPED */
};
struct journal_settle {
    uint64_t exchange;
    enum journal_decision decision;
    /* `count` were changed, some maybe before a failure; ERR_NOT_FOUND: there is no such
     * exchange; ERR_CONFLICT: it is neither pending nor set aside. */
    void (*settled)(struct journal_settle *s, enum err rc, uint64_t count);
};
MUST_CHECK enum err journal_pending_settle(struct journal *j, struct journal_settle *s);

#endif
