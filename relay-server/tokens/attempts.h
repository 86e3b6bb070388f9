#ifndef SERVER_ATTEMPTS_H
#define SERVER_ATTEMPTS_H

#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"

#include <stdbool.h>
#include <stdint.h>

/* How often may somebody present wrong tokens?  Failures count per IPv4 /24 and
 * IPv6 /64: five within a minute are free, then each one starts a penalty of 1 s,
 * 2 s, 4 s ... 5 min during which nobody there is heard.  Ten quiet minutes, or a
 * link that succeeds, and all is forgotten.  A good token from elsewhere never waits.
 *
 *     attempts_admit -> false: answer 429, do not look at the token
 *                    -> true:  check it -> attempts_succeeded, or attempts_failed */
#define ATTEMPTS_FREE       5u      /* failures */
#define ATTEMPTS_WINDOW_MS  60000u  /* in which they count */
#define ATTEMPTS_PENALTY_MS 1000u   /* the first one */
#define ATTEMPTS_LONGEST_MS 300000u /* the longest one */
#define ATTEMPTS_FORGET_MS  600000u /* after the last failure */
#define ATTEMPTS_PER_SECOND 50u     /* failures of all addresses together */
/* Remembered networks.  More than can fail during the longest penalty at the rate
 * above, so nobody's penalty is ever pushed out by a flood from elsewhere. */
#define ATTEMPTS_NETWORKS_MAX 16384u

struct attempts;

/* `clock` is borrowed; `random` is used now, to keep the table's order secret. */
MUST_CHECK enum err attempts_new(const struct clock *clock, struct random *random,
                                 struct attempts **out);
void attempts_free(struct attempts *a);

/* `peer` as stream_peer gives it; what is no address counts as one network.
 * False: in a penalty for *retry_after_ms more (always written, else 0). */
bool attempts_admit(const struct attempts *a, const char *peer, uint64_t *retry_after_ms);
/* A wrong token.  True: answer 401 and log it.  False: there are too many failures
 * everywhere; answer 429 and do not log, so that a flood fills no disk. */
bool attempts_failed(struct attempts *a, const char *peer);
void attempts_succeeded(struct attempts *a, const char *peer);
size_t attempts_len(const struct attempts *a); /* networks remembered */

#endif
