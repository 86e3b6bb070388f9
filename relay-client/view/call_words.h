#ifndef CLIENT_VIEW_CALL_WORDS_H
#define CLIENT_VIEW_CALL_WORDS_H

#include "relay-client/journal/journal_call.h"

/* A call of the bot to LINE's API, and what went wrong with it, in words for people. */

struct call_words {
    struct span operation, method, target; /* from outside */
    struct span problem, explanation;
    enum journal_call_mode mode;
    unsigned status;   /* 0: none */
    uint64_t after_ms; /* since the webhook was received; 0: not known */
};

#define CALL_WORDS_SIZE 512u

/* "reply", "push", "get profile", or method and path.  Both NUL-terminate and return `buf`,
 * which holds bytes from outside. */
const char *call_words_name(char buf[static CALL_WORDS_SIZE], const struct call_words *w);
/* "" if nothing did, else what happened and what to do: "the token is 75 s old: LINE takes it
 * for 60 s; ..." */
const char *call_words_problem(char buf[static CALL_WORDS_SIZE], const struct call_words *w);

#endif
