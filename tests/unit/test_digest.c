#include "unit/check.h"

#include "base/hex.h"
#include "codec/digest.h"

static void check_hash(enum digest_kind kind, struct span data, const char *want)
{
    uint8_t digest[DIGEST_MAX];
    char text[2 * DIGEST_MAX + 1];

    digest_hash(kind, data, digest);
    hex_format(text, digest, digest_len(kind));
    CHECK_STR(text, want);
}

static void check_hmac(enum digest_kind kind, struct span key, struct span data,
                       const char *want)
{
    uint8_t digest[DIGEST_MAX];
    char text[2 * DIGEST_MAX + 1];

    /* Cut at every byte: parts make no difference. */
    for (size_t at = 0; at <= data.len; at++) {
        const struct span parts[] = {span_slice(data, 0, at), span_slice(data, at, data.len)};

        digest_hmac(kind, key, parts, 2, digest);
        hex_format(text, digest, digest_len(kind));
        CHECK_STR(text, want);
    }
}

/* FIPS 180-4 examples. */
static void test_hash(void)
{
    struct span two_blocks = SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");

    check_hash(DIGEST_SHA1, SPAN("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    check_hash(DIGEST_SHA1, two_blocks, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    check_hash(DIGEST_SHA1, (struct span){0}, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    check_hash(DIGEST_SHA256, SPAN("abc"),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_hash(DIGEST_SHA256, two_blocks,
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_hash(DIGEST_SHA256, (struct span){0},
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_hash_of_parts(void)
{
    const struct span parts[] = {SPAN("a"), {0}, SPAN("bc")};
    uint8_t whole[DIGEST_SHA256_LEN];
    uint8_t pieces[DIGEST_SHA256_LEN];

    digest_sha256(SPAN("abc"), whole);
    digest_hash_parts(DIGEST_SHA256, parts, 3, pieces);
    CHECK_MEM(pieces, whole, DIGEST_SHA256_LEN);
}

/* RFC 4231 cases 1, 2, 3, 6 and 7. */
static void test_hmac_sha256(void)
{
    uint8_t key[131];
    uint8_t data[50];

    memset(key, 0x0b, 20);
    check_hmac(DIGEST_SHA256, span_of(key, 20), SPAN("Hi There"),
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check_hmac(DIGEST_SHA256, SPAN("Jefe"), SPAN("what do ya want for nothing?"),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof(key));
    memset(data, 0xdd, sizeof(data));
    check_hmac(DIGEST_SHA256, span_of(key, 20), span_of(data, sizeof(data)),
               "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    check_hmac(DIGEST_SHA256, span_of(key, 131),
               SPAN("Test Using Larger Than Block-Size Key - Hash Key First"),
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* RFC 2202 cases 1, 2 and 6. */
static void test_hmac_sha1(void)
{
    uint8_t key[80];

    memset(key, 0x0b, 20);
    check_hmac(DIGEST_SHA1, span_of(key, 20), SPAN("Hi There"),
               "b617318655057264e28bc0b6fb378c8ef146be00");
    check_hmac(DIGEST_SHA1, SPAN("Jefe"), SPAN("what do ya want for nothing?"),
               "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    memset(key, 0xaa, sizeof(key));
    check_hmac(DIGEST_SHA1, span_of(key, 80),
               SPAN("Test Using Larger Than Block-Size Key - Hash Key First"),
               "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

/* A key of one block exactly, one byte less, one more: three paths. */
static void test_hmac_key_at_block_size(void)
{
    uint8_t key[65];
    uint8_t digests[3][DIGEST_SHA256_LEN];
    uint8_t hashed[DIGEST_SHA256_LEN];
    uint8_t by_hash[DIGEST_SHA256_LEN];

    memset(key, 'k', sizeof(key));
    for (size_t i = 0; i < 3; i++)
        digest_hmac_sha256(span_of(key, 63 + i), SPAN("x"), digests[i]);
    CHECK(memcmp(digests[0], digests[1], DIGEST_SHA256_LEN) != 0);
    CHECK(memcmp(digests[1], digests[2], DIGEST_SHA256_LEN) != 0);
    digest_sha256(span_of(key, 65), hashed);
    digest_hmac_sha256(span_of(hashed, sizeof(hashed)), SPAN("x"), by_hash);
    CHECK_MEM(digests[2], by_hash, DIGEST_SHA256_LEN);
}

CHECK_MAIN(TEST(test_hash), TEST(test_hash_of_parts), TEST(test_hmac_sha256),
           TEST(test_hmac_sha1), TEST(test_hmac_key_at_block_size))
