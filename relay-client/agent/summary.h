#ifndef CLIENT_AGENT_SUMMARY_H
#define CLIENT_AGENT_SUMMARY_H

#include "codec/signature/signature.h"

/* One exchange in a few words: what the terminal shows and `--json` prints. All
 * borrowed for the call that carries it. */
struct summary {
    uint64_t id; /* in the journal */
    uint64_t arrived_ms;
    struct span method, target;
    bool webhook;
    enum verdict verdict;
    const char *explanation; /* "" */
    unsigned status;         /* answered to the public side; 0: none */
    uint64_t total_us;
    uint64_t replay_of;
    const char *error; /* why the handler gave no answer, or "" */
    /* the first event, and how many there are */
    const char *event_type, *message_type, *event_text, *user_id;
    size_t events_len;
};

#endif
