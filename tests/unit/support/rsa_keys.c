#include "unit/support/rsa_keys.h"

#include "base/base64url.h"
#include "base/random.h"
#include "codec/digest.h"
#include "codec/jwt/jwt.h"
#include "unit/check.h"

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>

#define PEM_SIZE 4096

struct pair {
    bool made;
    mbedtls_pk_context pk;
    char private_pem[PEM_SIZE], public_pem[PEM_SIZE];
};

static struct pair pairs[2];

static int fill(void *unused, unsigned char *out, size_t len)
{
    (void)unused;
    random_fill(random_system(), out, len);
    return 0;
}

static void free_pairs(void)
{
    for (int i = 0; i < 2; i++)
        mbedtls_pk_free(&pairs[i].pk);
}

static void make_rsa(mbedtls_pk_context *pk, unsigned bits)
{
    mbedtls_pk_init(pk);
    CHECK_EQ(mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)), 0);
    CHECK_EQ(mbedtls_rsa_gen_key(mbedtls_pk_rsa(*pk), fill, NULL, bits, 65537), 0);
}

static struct pair *pair_of(int index)
{
    struct pair *p = &pairs[index];

    if (p->made)
        return p;
    if (!pairs[0].made && !pairs[1].made)
        CHECK_EQ(atexit(free_pairs), 0);
    make_rsa(&p->pk, 2048);
    CHECK_EQ(mbedtls_pk_write_key_pem(&p->pk, (uint8_t *)p->private_pem, PEM_SIZE), 0);
    CHECK_EQ(mbedtls_pk_write_pubkey_pem(&p->pk, (uint8_t *)p->public_pem, PEM_SIZE), 0);
    p->made = true;
    return p;
}

const char *rsa_keys_private(int index)
{
    return pair_of(index)->private_pem;
}

const char *rsa_keys_public(int index)
{
    return pair_of(index)->public_pem;
}

const char *rsa_keys_jwk(int index, const char *kid)
{
    static char jwk[1024];
    uint8_t n[256], e[3];
    char n_text[400], e_text[8];

    CHECK_EQ(mbedtls_rsa_export_raw(mbedtls_pk_rsa(pair_of(index)->pk), n, sizeof n, NULL, 0,
                                    NULL, 0, NULL, 0, e, sizeof e),
             0);
    CHECK_EQ(base64url_format(n_text, sizeof n_text, n, sizeof n), OK);
    CHECK_EQ(base64url_format(e_text, sizeof e_text, e, sizeof e), OK);
    (void)snprintf(jwk, sizeof jwk,
                   "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",%s%s%s\"n\":\"%s\","
                   "\"e\":\"%s\"}\n",
                   kid ? "\"kid\":\"" : "", kid ? kid : "", kid ? "\"," : "", n_text, e_text);
    return jwk;
}

const char *rsa_keys_small(void)
{
    static char pem[PEM_SIZE];
    mbedtls_pk_context pk;

    make_rsa(&pk, 1024);
    CHECK_EQ(mbedtls_pk_write_key_pem(&pk, (uint8_t *)pem, sizeof pem), 0);
    mbedtls_pk_free(&pk);
    return pem;
}

const char *rsa_keys_elliptic(void)
{
    static char pem[PEM_SIZE];
    mbedtls_pk_context pk;

    mbedtls_pk_init(&pk);
    CHECK_EQ(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), 0);
    CHECK_EQ(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(pk), fill, NULL), 0);
    CHECK_EQ(mbedtls_pk_write_key_pem(&pk, (uint8_t *)pem, sizeof pem), 0);
    mbedtls_pk_free(&pk);
    return pem;
}

const char *rsa_keys_token(int index, const char *header, const char *claims)
{
    static char text[JWT_MAX + 16];
    uint8_t hash[DIGEST_SHA256_LEN], signature[256];
    struct bytes out;

    bytes_init(&out, sizeof text - 1);
    CHECK_EQ(jwt_begin(&out, span_text(header), span_text(claims)), OK);
    digest_sha256(bytes_span(&out), hash);
    CHECK_EQ(mbedtls_rsa_pkcs1_sign(mbedtls_pk_rsa(pair_of(index)->pk), fill, NULL,
                                    MBEDTLS_MD_SHA256, sizeof hash, hash, signature),
             0);
    CHECK_EQ(jwt_end(&out, signature, sizeof signature), OK);
    (void)snprintf(text, sizeof text, "%.*s", (int)bytes_len(&out), bytes_peek(&out));
    bytes_fini(&out);
    return text;
}
