#ifndef CLIENT_JOURNAL_JOURNAL_INSIGHT_H
#define CLIENT_JOURNAL_JOURNAL_INSIGHT_H

#include "relay-client/journal/journal.h"

/* What can be said of an exchange without opening it, kept in the table `summary` by the
 * writer, so that a hundred thousand are filtered and counted in milliseconds.  Bits are
 * stored: never renumber. */

enum journal_flag {
    JOURNAL_FLAG_LATE = 1 << 0, /* the bot's answer came after LINE_RECORD_LATE_US */
    JOURNAL_FLAG_REPLAY = 1 << 1,
    JOURNAL_FLAG_IMPORTED = 1 << 2,
    JOURNAL_FLAG_REDELIVERY = 1 << 3, /* LINE says so of one of its events */
    JOURNAL_FLAG_DUPLICATE = 1 << 4,  /* ... or one was here before */
    JOURNAL_FLAG_KEPT = 1 << 5,       /* by the relay's inbox */
    JOURNAL_FLAG_PINNED = 1 << 6,
    JOURNAL_FLAG_NOTE = 1 << 7,
    JOURNAL_FLAG_MULTI = 1 << 8,      /* more than one event */
    JOURNAL_FLAG_PENDING = 1 << 9,    /* under way, to be tried again, or set aside */
    JOURNAL_FLAG_PASS = 1 << 10,      /* plain pass-through */
    JOURNAL_FLAG_VERIFY = 1 << 11,    /* LINE's Verify button: no events */
    JOURNAL_FLAG_PROBLEM = 1 << 12,   /* a finding of severity bad, or late */
    JOURNAL_FLAG_LOST = 1 << 13,      /* dropped by the user */
    JOURNAL_FLAG_TRUNCATED = 1 << 14, /* a body is not whole */
    JOURNAL_FLAG_WITHDRAWN = 1 << 15, /* a message in it was unsent since */
    JOURNAL_FLAG_NOW = 1 << 16,       /* answered by the relay because of --answer=now */
    JOURNAL_FLAG_ASIDE = 1 << 17,
    JOURNAL_FLAG_RUNNING = 1 << 18, /* no answer so far */
    JOURNAL_FLAG_SIMULATED = 1 << 19,
};
#define JOURNAL_FLAGS 20u

/* The worst of the bot's calls to LINE's API, stored in `summary`. */
enum journal_calls_worst {
    JOURNAL_CALLS_NONE,
    JOURNAL_CALLS_GOOD,
    JOURNAL_CALLS_REFUSED, /* 4xx */
    JOURNAL_CALLS_FAILED,  /* 5xx, or no answer */
};

/* Of one severity worse ones first. */
enum journal_finding {
    JOURNAL_FOUND_SIG_REWRITTEN,
    JOURNAL_FOUND_SIG_OTHER_SECRET,
    JOURNAL_FOUND_SIG_SECRET_SPACES,
    JOURNAL_FOUND_SIG_NEWLINE,
    JOURNAL_FOUND_SIG_CRLF,
    JOURNAL_FOUND_SIG_SHA1,
    JOURNAL_FOUND_SIG_HEX,
    JOURNAL_FOUND_SIG_MALFORMED,
    JOURNAL_FOUND_SIG_MISSING,
    JOURNAL_FOUND_SIG_UNKNOWN, /* wrong, and no cause fits */
    JOURNAL_FOUND_SET_ASIDE,
    JOURNAL_FOUND_BOT_UNREACHABLE,
    JOURNAL_FOUND_BOT_ERROR, /* 4xx, 5xx */
    JOURNAL_FOUND_BOT_REDIRECT,
    JOURNAL_FOUND_BOT_LATE_STRICT, /* --answer=bot: LINE gave up */
    JOURNAL_FOUND_BOT_LATE,
    JOURNAL_FOUND_TOKEN_EXPIRED,
    JOURNAL_FOUND_BODY_NOT_JSON,
    JOURNAL_FOUND_CHARSET,
    JOURNAL_FOUND_EVENT_DUPLICATE,
    JOURNAL_FOUND_EVENT_REDELIVERED,
    JOURNAL_FOUND_KEPT_LONG, /* over a minute: reply tokens are dead */
    JOURNAL_FOUND_EMPTY_EVENTS,
    JOURNAL_FOUND_SIG_PREVIOUS_SECRET, /* valid, with a secret that is not the first */
    JOURNAL_FOUND_DESTINATION_OTHER,
    /* of calls to LINE's API */
    JOURNAL_FOUND_TOKEN_USED,    /* a reply token a second time */
    JOURNAL_FOUND_TOKEN_UNKNOWN, /* no event that came here has it */
    JOURNAL_FOUND_API_REFUSED,   /* a call was refused, or LINE could not be reached */
    JOURNAL_FOUND_API_RATE,      /* too many calls, or the month's messages are used up */
    /* of a simulation that tried it */
    JOURNAL_FOUND_ACCEPTS_BAD_SIGNATURE,
};
#define JOURNAL_FINDINGS 30u

enum journal_severity { JOURNAL_BAD, JOURNAL_WARN, JOURNAL_INFO };

/* "late", ...: the words of the API and of `is:`; `bit` 0 .. JOURNAL_FLAGS - 1.  NULL: not one
 * of those (NOTE, NOW, ...). */
const char *journal_insight_flag_code(unsigned bit);
/* "bot_late", ...: the words of the API and of `finding:`. */
const char *journal_insight_finding_code(enum journal_finding f);
bool journal_insight_finding_parse(struct span code, enum journal_finding *out);
enum journal_severity journal_insight_severity(enum journal_finding f);
/* The worst of a set, by severity and the order above; JOURNAL_FINDINGS if it is empty. */
unsigned journal_insight_worst(uint64_t set);
/* Takes it out: from the worst to the least. */
bool journal_insight_next(uint64_t *set, enum journal_finding *out);

#endif
