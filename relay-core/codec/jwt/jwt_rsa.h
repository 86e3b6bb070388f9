#ifndef CODEC_JWT_RSA_H
#define CODEC_JWT_RSA_H

#include "base/random.h"
#include "codec/jwt/jwt.h"

/* RS256 (RFC 7518 §3.3): signatures of tokens by RSA keys of 2048 to 4096 bits.
 *
 * Life: jwt_rsa_new_... -> jwt_rsa_is_signed, jwt_rsa_sign -> jwt_rsa_free (wipes it) */
struct jwt_rsa;

/* What a key file says: a PEM public or private key ("BEGIN PUBLIC KEY", "BEGIN RSA PRIVATE
 * KEY", "BEGIN PRIVATE KEY"), or a public JWK (RFC 7517) as JSON, whose "kid" is kept.
 * ERR_SYNTAX: neither; ERR_UNSUPPORTED: another kind or size of key, or an encrypted one;
 * ERR_NOMEM.  `problem` (may be NULL), on failure: a static sentence for people. */
MUST_CHECK enum err jwt_rsa_parse(struct span text, struct jwt_rsa **out, const char **problem);
void jwt_rsa_free(struct jwt_rsa *key);
bool jwt_rsa_is_private(const struct jwt_rsa *key);
/* "": it has none. */
const char *jwt_rsa_kid(const struct jwt_rsa *key);

/* Is it RS256, and this key's?  The header's other members are not looked at, but "crit",
 * which nobody here understands (RFC 7515 §4.1.11). */
bool jwt_rsa_is_signed(const struct jwt_rsa *key, const struct jwt *token);
/* Appends a whole token to `out`, with these claims (a JSON object) and a header of RS256;
 * `random` blinds the computation.  ERR_DENIED: the key is public. */
MUST_CHECK enum err jwt_rsa_sign(struct jwt_rsa *key, struct span claims, struct random *random,
                                 struct bytes *out);

#endif
