#ifndef CLIENT_AGENT_PACE_H
#define CLIENT_AGENT_PACE_H

#include "base/random.h"

#include <stdbool.h>

/* When the agent dials again, and how long an address then has to answer.
 *
 * A relay that answers, whatever it says, is spared (backoff.h).  While nothing answers at
 * all there is nobody to spare: tries go on about once a second, so that the link is there
 * again a second after the network is. */

#define PACE_UNREACHED_MS 900u  /* from one try to the next, at most */
#define PACE_ANSWER_MS    3000u /* for an address; the system asks it three times */
#define PACE_NEAR_MS      225u  /* one that took no longer gets PACE_UNREACHED_MS */
#define PACE_PATIENT      8u /* of so many tries one waits long, for the network may be new */

struct pace {
    struct random *random; /* borrowed */
    unsigned failures;     /* in a row, of a relay that was reached */
    unsigned unreached;    /* in a row */
    uint64_t begun_ms;
};

/* A try begins; how long an address may take.  `rtt_us` of the last link, 0: unknown. */
uint64_t pace_begin(struct pace *p, uint64_t now_ms, uint64_t rtt_us);
/* It failed, or the link ended: how long to wait before the next. */
uint64_t pace_failed(struct pace *p);
/* Nothing answered. */
uint64_t pace_unreached(struct pace *p, uint64_t now_ms);
/* A link has ended that lived so long.  `is_told`: the relay said that it restarts. */
void pace_lived(struct pace *p, uint64_t lived_ms, bool is_told);
/* The number of the next try. */
unsigned pace_attempt(const struct pace *p);
/* False: another of many that reached nothing; not worth a word each. */
bool pace_is_news(const struct pace *p);

#endif
