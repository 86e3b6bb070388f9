#include "codec/digest.h"

#include "base/mem.h"

#include <assert.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>
#include <string.h>

#define BLOCK_LEN 64u /* of both */

/* One of them, as `kind` says.  The software implementations have no failures; a
 * library built otherwise must stop us rather than let a digest be garbage. */
struct hasher {
    enum digest_kind kind;
    union {
        mbedtls_sha1_context sha1;
        mbedtls_sha256_context sha256;
    } of;
};

static void must(int result)
{
    assert(result == 0);
    (void)result;
}

static void hasher_start(struct hasher *h, enum digest_kind kind)
{
    h->kind = kind;
    switch (kind) {
    case DIGEST_SHA1:
        mbedtls_sha1_init(&h->of.sha1);
        must(mbedtls_sha1_starts(&h->of.sha1));
        break;
    case DIGEST_SHA256:
        mbedtls_sha256_init(&h->of.sha256);
        must(mbedtls_sha256_starts(&h->of.sha256, 0));
        break;
    }
}

static void hasher_add(struct hasher *h, const void *src, size_t len)
{
    if (len == 0)
        return;
    switch (h->kind) {
    case DIGEST_SHA1:
        must(mbedtls_sha1_update(&h->of.sha1, src, len));
        break;
    case DIGEST_SHA256:
        must(mbedtls_sha256_update(&h->of.sha256, src, len));
        break;
    }
}

static void hasher_end(struct hasher *h, uint8_t *out)
{
    switch (h->kind) {
    case DIGEST_SHA1:
        must(mbedtls_sha1_finish(&h->of.sha1, out));
        break;
    case DIGEST_SHA256:
        must(mbedtls_sha256_finish(&h->of.sha256, out));
        break;
    }
    mem_wipe(h, sizeof(*h));
}

size_t digest_len(enum digest_kind kind)
{
    return kind == DIGEST_SHA1 ? DIGEST_SHA1_LEN : DIGEST_SHA256_LEN;
}

void digest_hash_parts(enum digest_kind kind, const struct span *parts, size_t parts_len,
                       uint8_t *out)
{
    struct hasher h;

    hasher_start(&h, kind);
    for (size_t i = 0; i < parts_len; i++)
        hasher_add(&h, parts[i].ptr, parts[i].len);
    hasher_end(&h, out);
}

void digest_hash(enum digest_kind kind, struct span data, uint8_t *out)
{
    digest_hash_parts(kind, &data, 1, out);
}

static void xor_block(uint8_t block[static BLOCK_LEN], uint8_t with)
{
    for (size_t i = 0; i < BLOCK_LEN; i++)
        block[i] ^= with;
}

void digest_hmac(enum digest_kind kind, struct span key, const struct span *parts,
                 size_t parts_len, uint8_t *out)
{
    struct hasher h;
    uint8_t block[BLOCK_LEN] = {0};
    uint8_t inner[DIGEST_MAX];

    if (key.len > BLOCK_LEN)
        digest_hash(kind, key, block);
    else if (key.len > 0)
        memcpy(block, key.ptr, key.len);

    xor_block(block, 0x36);
    hasher_start(&h, kind);
    hasher_add(&h, block, BLOCK_LEN);
    for (size_t i = 0; i < parts_len; i++)
        hasher_add(&h, parts[i].ptr, parts[i].len);
    hasher_end(&h, inner);

    xor_block(block, 0x36 ^ 0x5c);
    hasher_start(&h, kind);
    hasher_add(&h, block, BLOCK_LEN);
    hasher_add(&h, inner, digest_len(kind));
    hasher_end(&h, out);

    mem_wipe(block, sizeof(block));
    mem_wipe(inner, sizeof(inner));
}

void digest_sha256(struct span data, uint8_t out[static DIGEST_SHA256_LEN])
{
    digest_hash(DIGEST_SHA256, data, out);
}

void digest_hmac_sha256(struct span key, struct span data,
                        uint8_t out[static DIGEST_SHA256_LEN])
{
    digest_hmac(DIGEST_SHA256, key, &data, 1, out);
}
