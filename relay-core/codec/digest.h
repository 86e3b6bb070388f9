#ifndef CODEC_DIGEST_H
#define CODEC_DIGEST_H

#include "base/span.h"

#include <stddef.h>
#include <stdint.h>

/* SHA-1 and SHA-256 (FIPS 180-4) and their HMACs (RFC 2104), whole messages only.
 * Everything lives on the stack and is wiped; nothing here can fail.  SHA-1 is for
 * naming the mistake of who signs with it, never for deciding anything. */

enum digest_kind { DIGEST_SHA1, DIGEST_SHA256 };

#define DIGEST_SHA1_LEN   20u
#define DIGEST_SHA256_LEN 32u
#define DIGEST_MAX        32u

size_t digest_len(enum digest_kind kind);

/* Writes digest_len(kind) bytes. */
void digest_hash(enum digest_kind kind, struct span data, uint8_t *out);
void digest_hash_parts(enum digest_kind kind, const struct span *parts, size_t parts_len,
                       uint8_t *out);
/* The message is all parts, one after the other. */
void digest_hmac(enum digest_kind kind, struct span key, const struct span *parts,
                 size_t parts_len, uint8_t *out);

void digest_sha256(struct span data, uint8_t out[static DIGEST_SHA256_LEN]);
void digest_hmac_sha256(struct span key, struct span data,
                        uint8_t out[static DIGEST_SHA256_LEN]);

#endif
