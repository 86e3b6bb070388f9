#ifndef CODEC_JWT_H
#define CODEC_JWT_H

#include "base/bytes.h"
#include "codec/json/json.h"

/* A JSON Web Token in its compact form, signed (RFC 7519, RFC 7515 §7.1): header, payload and
 * signature in base64url with dots between.  Reading one is not believing it: jwt_rsa.h has
 * the check of its signature, and who asks compares claims and time.
 *
 * Life: jwt_parse -> ... -> jwt_fini */

#define JWT_MAX           8192u /* characters */
#define JWT_SIGNATURE_MAX 512u  /* of RSA with 4096 bits */

struct jwt {
    struct span signed_part;        /* borrowed from the text: header, dot, payload */
    struct json_doc header, claims; /* owned; each an object */
    uint8_t signature[JWT_SIGNATURE_MAX];
    size_t signature_len;
};

/* ERR_SYNTAX; ERR_LIMIT: longer than allowed; ERR_NOMEM.  After a failure too jwt_fini is
 * legal. */
MUST_CHECK enum err jwt_parse(struct jwt *out, struct span text);
void jwt_fini(struct jwt *t);

/* A text of the header ("alg", "kid"), or of the claims ("iss", "sub"); NULL: there is none. */
const char *jwt_header_text(const struct jwt *t, const char *name);
const char *jwt_claim_text(const struct jwt *t, const char *name);
/* A whole number of seconds. */
bool jwt_claim_seconds(const struct jwt *t, const char *name, uint64_t *out);
/* Is `audience` the "aud", or one of them? */
bool jwt_is_for(const struct jwt *t, const char *audience);

/* Appends what is to be signed: two JSON texts in base64url with a dot between ... */
MUST_CHECK enum err jwt_begin(struct bytes *out, struct span header, struct span claims);
/* ... and then the signature. */
MUST_CHECK enum err jwt_end(struct bytes *out, const uint8_t *signature, size_t len);

#endif
