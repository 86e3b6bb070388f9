/* RSA keys for tests, made when the first is asked for; never the same in two runs. */
#ifndef TESTS_UNIT_SUPPORT_RSA_KEYS_H
#define TESTS_UNIT_SUPPORT_RSA_KEYS_H

#include "base/bytes.h"

/* Of 2048 bits, in PEM: the texts live until the end of the program.  `index` 0 or 1: two
 * different ones. */
const char *rsa_keys_private(int index);
const char *rsa_keys_public(int index);
/* A public JWK of the same; `kid` NULL: without.  Until the next call. */
const char *rsa_keys_jwk(int index, const char *kid);
/* Other kinds of keys, private: of 1024 bits, and an elliptic one. */
const char *rsa_keys_small(void);
const char *rsa_keys_elliptic(void);

/* A token with these claims, signed by a key; until the next call. */
const char *rsa_keys_token(int index, const char *header, const char *claims);

#endif
