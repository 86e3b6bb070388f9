#ifndef CLIENT_LINEAPI_RETRY_KEYS_H
#define CLIENT_LINEAPI_RETRY_KEYS_H

#include "base/err.h"
#include "base/span.h"

/* The retry keys (X-Line-Retry-Key) of requests that were accepted: who sends one again gets
 * the first answer.  The newest RETRY_KEYS_MAX are known, for a day.
 *
 * Life: retry_keys_new -> retry_keys_add ... -> retry_keys_free */
struct retry_keys;

#define RETRY_KEYS_MAX 10000u
#define RETRY_KEYS_MS  86400000u
#define RETRY_KEY_SIZE 37u /* a UUID in lower case, with its NUL */
#define RETRY_SENT_MAX 4096u

struct retry_key {
    char key[RETRY_KEY_SIZE];
    char request_id[40];  /* of the request that was accepted */
    uint64_t accepted_ms; /* or refused */
    bool is_refused; /* may be used again, but LINE is never to get it: see emulator_knows */
    char *sent;      /* its sentMessages as JSON, owned; NULL: it has none */
    uint32_t older;  /* the turn before in its bucket, 0: none */
    uint32_t turn;   /* 0: never used */
};

MUST_CHECK enum err retry_keys_new(struct retry_keys **out);
void retry_keys_free(struct retry_keys *k);

/* Borrowed until the next add; NULL: not known, or a day has passed. */
const struct retry_key *retry_keys_find(const struct retry_keys *k, const char *key,
                                        uint64_t now_ms);
/* Copies `key`'s texts; `sent` as above.  ERR_NOMEM: nothing has changed. */
MUST_CHECK enum err retry_keys_add(struct retry_keys *k, const struct retry_key *key);

#endif
