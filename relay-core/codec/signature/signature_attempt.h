#ifndef CODEC_SIGNATURE_ATTEMPT_H
#define CODEC_SIGNATURE_ATTEMPT_H

#include "codec/signature/signature_message.h"

/* What one request claims: the signatures in its header, decoded strictly, with
 * timestamp and id.  Used by signature_verify and signature_diagnosis only. */

#define SIGNATURE_ATTEMPT_MAX 8u /* signatures in one value; further ones do not count */

enum signature_shape {
    SIGNATURE_SHAPE_GOOD,
    SIGNATURE_SHAPE_TWICE, /* a field of the provider came more than once */
    SIGNATURE_SHAPE_EMPTY,
    SIGNATURE_SHAPE_PREFIX,       /* no part begins with the provider's prefix */
    SIGNATURE_SHAPE_ENCODING,     /* not what Base64 or hexadecimal looks like */
    SIGNATURE_SHAPE_LENGTH,       /* decodes, but not to 32 bytes */
    SIGNATURE_SHAPE_NO_TIMESTAMP, /* or not a number */
    SIGNATURE_SHAPE_NO_ID,
};

struct signature_attempt {
    struct signature_message message;
    struct span value;   /* of the signature's field */
    struct span encoded; /* the part that was decoded last, or could not be */
    uint64_t timestamp_s;
    uint8_t digests[SIGNATURE_ATTEMPT_MAX][DIGEST_MAX];
    size_t digests_len;
    const char *twice; /* SHAPE_TWICE: the field's name */
};

/* The provider's field must be there.  Everything else is told by the shape. */
enum signature_shape signature_attempt_read(struct signature_attempt *a,
                                            const struct signature_provider *provider,
                                            const struct http_head *head);
/* Is one of the digests the HMAC of the provider's message with this body? */
bool signature_attempt_fits(const struct signature_attempt *a, struct span key,
                            struct span body);
/* The same with the key of each secret of this provider; *which is the first that fits. */
bool signature_attempt_fits_any(const struct signature_attempt *a, struct span body,
                                const struct signature_secret *secrets, size_t secrets_len,
                                size_t *which);
/* Is one of the digests this one? */
bool signature_attempt_has(const struct signature_attempt *a,
                           const uint8_t digest[static DIGEST_SHA256_LEN]);

#endif
