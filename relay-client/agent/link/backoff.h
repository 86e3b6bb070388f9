#ifndef CLIENT_AGENT_BACKOFF_H
#define CLIENT_AGENT_BACKOFF_H

#include "base/random.h"

/* How long to wait before trying again: nothing the first time, then 0.2 s doubling to a
 * limit with full jitter (a random part of it), so that a thousand agents do not return
 * to a restarted relay in the same moment. */

#define BACKOFF_FIRST_MS 200u
#define BACKOFF_MAX_MS   20000u /* before dialling */
/* A refusal is repeated slowly: somebody has to change something first. */
#define BACKOFF_REFUSED_MS 20000u
/* A relay that says goodbye, having kept the link this long, is upgraded and back at once:
 * BACKOFF_FIRST_MS at most, however often it does so. */
#define BACKOFF_TOLD_MS 500u
/* A link that lived this long counts as good: the next loss starts from the beginning. */
#define BACKOFF_GOOD_MS 3000u

/* `failures` in a row so far; 0 gives 0. */
uint64_t backoff_ms(struct random *random, unsigned failures, uint64_t max_ms);

#endif
