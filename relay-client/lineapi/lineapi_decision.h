#ifndef CLIENT_LINEAPI_DECISION_H
#define CLIENT_LINEAPI_DECISION_H

#include "relay-client/lineapi/lineapi.h"

/* Is a call answered here, or passed on to LINE?  A pure function of facts (lineapi_facts.h),
 * for this is what keeps replays and simulations from real people. */

enum lineapi_token {
    LINEAPI_TOKEN_NONE,    /* the operation takes no reply token */
    LINEAPI_TOKEN_OF_LINE, /* of an event that LINE sent */
    LINEAPI_TOKEN_OURS,    /* of a replayed or simulated one: LINE would not take it */
    LINEAPI_TOKEN_UNKNOWN, /* the bot was not given it lately, or there is none in the body */
};

struct lineapi_decision_facts {
    enum lineapi_mode mode;
    bool is_configured, live_push;
    bool is_for_line;   /* LINE's API: api.line.me or api-data.line.me, or a guess at it */
    bool is_known_here; /* emulator_knows */
    bool has_own_id;    /* of a person, a chat, a message that line_mint.h has made */
    enum lineapi_token token;
    enum push_guard_reason guard;
    bool is_harmless; /* no person can notice it */
};

enum lineapi_decision_reason {
    LINEAPI_WANTED,         /* --line-api=emulate or pass */
    LINEAPI_NOT_OF_LINE,    /* LINE WORKS and others: nothing of theirs is ever passed on */
    LINEAPI_NOT_CONFIGURED, /* no credentials of LINE */
    LINEAPI_KNOWN_HERE,
    LINEAPI_OWN_ID,
    LINEAPI_OWN_TOKEN,
    LINEAPI_LIVE_TOKEN, /* passed on although the guard is up */
    LINEAPI_DOUBTFUL_TOKEN,
    LINEAPI_GUARD_REPLAY,
    LINEAPI_GUARD_LEASE,
    LINEAPI_LIVE,
};

struct lineapi_decision {
    bool is_passed;
    enum lineapi_decision_reason why;
};

struct lineapi_decision lineapi_decision_make(const struct lineapi_decision_facts *f);
/* For people, of calls that would have gone to LINE at another time; else "". */
const char *lineapi_decision_text(enum lineapi_decision_reason why);

#endif
