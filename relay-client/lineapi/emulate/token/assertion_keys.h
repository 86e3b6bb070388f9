#ifndef CLIENT_LINEAPI_ASSERTION_KEYS_H
#define CLIENT_LINEAPI_ASSERTION_KEYS_H

#include "cli/settings/settings.h"
#include "codec/jwt/jwt_rsa.h"

/* The keys that the emulated token endpoints take assertions of: --assertion-key, as they are
 * registered with a channel, and for LINE WORKS --works-key too.
 *
 * Life: assertion_keys_load -> ... -> assertion_keys_fini */

#define ASSERTION_KEYS_MAX 65u

struct assertion_keys {
    struct jwt_rsa *list[ASSERTION_KEYS_MAX]; /* owned */
    size_t len;
    struct jwt_rsa *works; /* owned: private, of the service account; NULL: not set */
};

/* Reads the files; blocks.  On failure `detail` says which one and why, and
 * assertion_keys_fini is legal. */
MUST_CHECK enum err assertion_keys_load(struct assertion_keys *out,
                                        const struct settings *settings,
                                        char detail[static 512]);
void assertion_keys_fini(struct assertion_keys *k);
/* --works-key alone; `out` is for jwt_rsa_free, NULL if it is not set. */
MUST_CHECK enum err assertion_keys_load_works(const struct settings *settings,
                                              struct jwt_rsa **out, char detail[static 512]);

/* Is this token signed by one of --assertion-key?  A key with a "kid" answers only for tokens
 * that name it.  NULL `k`: no. */
bool assertion_keys_signed(const struct assertion_keys *k, const struct jwt *token);
/* ... or by the service account. */
bool assertion_keys_signed_works(const struct assertion_keys *k, const struct jwt *token);

#endif
