#ifndef CLIENT_AGENT_SUMMARY_H
#define CLIENT_AGENT_SUMMARY_H

#include "codec/signature/signature.h"
#include "relay-client/journal/journal.h"

/* One exchange in a few words: what the terminal shows and `--json` prints. All
 * borrowed for the call that carries it.  One that the bot did not get is told when that
 * is known, and again (is_again) each time that something has become of it. */
struct summary {
    uint64_t id; /* in the journal */
    uint64_t arrived_ms;
    struct span method, target;
    bool webhook;
    enum verdict verdict;
    const char *explanation;  /* "" */
    unsigned status;          /* answered to the public side; 0: none */
    enum journal_answerer by; /* ... by whom */
    unsigned bot_status;      /* what the bot said, in time or not; 0: nothing so far */
    enum journal_outcome outcome;
    unsigned attempts; /* calls of the handler so far */
    uint64_t next_ms;  /* JOURNAL_PENDING: wall clock of the next one, or 0 */
    bool is_again;
    uint64_t total_us;
    uint64_t replay_of, duplicate_of;
    bool has_dead_token; /* the first event's was of no use any more when the bot got it */
    const char *error;   /* why the handler gave no answer, or "" */
    /* the first event, and how many there are */
    const char *event_type, *message_type, *event_text, *user_id;
    size_t events_len;
};

#endif
