#include "codec/jwt/jwt_rsa.h"

#include "base/base64url.h"
#include "base/mem.h"
#include "codec/digest.h"

#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <stdio.h>

#define TEXT_MAX  ((size_t)16 * 1024)
#define BITS_MIN  2048u
#define BITS_MAX  4096u
#define BYTES_MAX (BITS_MAX / 8)

_Static_assert(BYTES_MAX == JWT_SIGNATURE_MAX, "a signature is as long as its key");

struct jwt_rsa {
    mbedtls_pk_context pk; /* of RSA */
    bool is_private;
    char kid[128];
};

static int fill(void *random, unsigned char *out, size_t len)
{
    random_fill(random, out, len);
    return 0;
}

void jwt_rsa_free(struct jwt_rsa *key)
{
    if (key)
        mbedtls_pk_free(&key->pk);
    mem_free(key);
}

bool jwt_rsa_is_private(const struct jwt_rsa *key)
{
    return key->is_private;
}

const char *jwt_rsa_kid(const struct jwt_rsa *key)
{
    return key->kid;
}

/* --- reading keys --- */

static enum err translate(int rc)
{
    if (rc == 0)
        return OK;
    return rc == MBEDTLS_ERR_PK_ALLOC_FAILED || rc == MBEDTLS_ERR_MPI_ALLOC_FAILED ? ERR_NOMEM
                                                                                   : ERR_SYNTAX;
}

/* A number of a JWK, the first byte not zero (RFC 7518 §2). */
static bool read_number(const struct json_value *jwk, const char *name,
                        uint8_t out[static BYTES_MAX], size_t *len)
{
    const char *text = json_string(json_member(jwk, name));

    return text && base64url_parse(span_text(text), out, BYTES_MAX, len) == OK && *len > 0 &&
           out[0] != 0;
}

static bool is_rsa(const struct json_value *jwk)
{
    const char *kty = json_string(json_member(jwk, "kty"));
    const char *alg = json_string(json_member(jwk, "alg"));

    return kty && strcmp(kty, "RSA") == 0 && (!alg || strcmp(alg, "RS256") == 0);
}

static enum err import_jwk(struct jwt_rsa *key, const struct json_value *jwk)
{
    uint8_t n[BYTES_MAX], e[BYTES_MAX];
    size_t n_len, e_len;

    if (!is_rsa(jwk))
        return ERR_UNSUPPORTED;
    if (!read_number(jwk, "n", n, &n_len) || !read_number(jwk, "e", e, &e_len))
        return ERR_SYNTAX;
    int rc = mbedtls_pk_setup(&key->pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
    if (rc == 0)
        rc = mbedtls_rsa_import_raw(mbedtls_pk_rsa(key->pk), n, n_len, NULL, 0, NULL, 0, NULL,
                                    0, e, e_len);
    if (rc == 0)
        rc = mbedtls_rsa_complete(mbedtls_pk_rsa(key->pk));
    if (rc == 0)
        rc = mbedtls_rsa_check_pubkey(mbedtls_pk_rsa(key->pk));
    const char *kid = json_string(json_member(jwk, "kid"));
    snprintf(key->kid, sizeof key->kid, "%s", kid ? kid : "");
    return translate(rc);
}

static enum err parse_jwk(struct jwt_rsa *key, struct span text)
{
    struct json_doc doc;
    enum err rc = json_parse(&doc, text, TEXT_MAX);

    if (rc == OK)
        rc = import_jwk(key, json_root(&doc));
    else if (rc != ERR_NOMEM)
        rc = ERR_SYNTAX;
    json_fini(&doc);
    return rc;
}

/* mbedTLS wants a NUL behind PEM. */
static enum err parse_pem(struct jwt_rsa *key, struct span text)
{
    char *pem = mem_text(text.ptr, text.len);

    if (!pem)
        return ERR_NOMEM;
    const uint8_t *in = (const uint8_t *)pem;
    int rc;
    key->is_private = strstr(pem, "PRIVATE KEY-----") != NULL;
    if (key->is_private)
        rc = mbedtls_pk_parse_key(&key->pk, in, text.len + 1, NULL, 0, fill, random_system());
    else
        rc = mbedtls_pk_parse_public_key(&key->pk, in, text.len + 1);
    bool is_encrypted = strstr(pem, "ENCRYPTED") != NULL;
    mem_wipe(pem, text.len);
    mem_free(pem);
    enum err e = translate(rc);
    return e == ERR_SYNTAX && is_encrypted ? ERR_UNSUPPORTED : e;
}

static enum err check_kind(const struct jwt_rsa *key)
{
    size_t bits = mbedtls_pk_get_bitlen(&key->pk);

    if (mbedtls_pk_get_type(&key->pk) != MBEDTLS_PK_RSA || bits < BITS_MIN || bits > BITS_MAX)
        return ERR_UNSUPPORTED;
    return OK;
}

static const char *explain(enum err rc)
{
    if (rc == ERR_UNSUPPORTED)
        return "only RSA keys of 2048 to 4096 bits, and no encrypted ones, can be used";
    return rc == ERR_NOMEM ? err_text(rc)
                           : "it is neither a key in PEM (BEGIN ... KEY) nor a public JWK";
}

enum err jwt_rsa_parse(struct span text, struct jwt_rsa **out, const char **problem)
{
    struct span inner = span_trim(text);
    struct jwt_rsa *key = mem_alloc(sizeof *key);
    enum err rc = ERR_NOMEM;

    if (key) {
        mbedtls_pk_init(&key->pk);
        if (text.len > TEXT_MAX)
            rc = ERR_SYNTAX;
        else if (span_starts(inner, SPAN("{")))
            rc = parse_jwk(key, text);
        else
            rc = parse_pem(key, text);
    }
    if (rc == OK)
        rc = check_kind(key);
    if (rc != OK) {
        if (problem)
            *problem = explain(rc);
        jwt_rsa_free(key);
        return rc;
    }
    *out = key;
    return OK;
}

/* --- signatures --- */

bool jwt_rsa_is_signed(const struct jwt_rsa *key, const struct jwt *token)
{
    const char *alg = jwt_header_text(token, "alg");
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(key->pk);
    uint8_t hash[DIGEST_SHA256_LEN];

    if (!alg || strcmp(alg, "RS256") != 0 || json_member(json_root(&token->header), "crit") ||
        token->signature_len != mbedtls_rsa_get_len(rsa))
        return false;
    digest_sha256(token->signed_part, hash);
    return mbedtls_rsa_pkcs1_verify(rsa, MBEDTLS_MD_SHA256, sizeof hash, hash,
                                    token->signature) == 0;
}

enum err jwt_rsa_sign(struct jwt_rsa *key, struct span claims, struct random *random,
                      struct bytes *out)
{
    uint8_t hash[DIGEST_SHA256_LEN], signature[JWT_SIGNATURE_MAX];
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(key->pk);
    size_t before = bytes_len(out);

    if (!key->is_private)
        return ERR_DENIED;
    enum err rc = jwt_begin(out, SPAN("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"), claims);
    if (rc != OK)
        return rc;
    struct span all = bytes_span(out);
    digest_sha256(span_slice(all, before, all.len), hash);
    if (mbedtls_rsa_pkcs1_sign(rsa, fill, random, MBEDTLS_MD_SHA256, sizeof hash, hash,
                               signature) != 0)
        return ERR_NOMEM; /* nothing else is left to fail */
    return jwt_end(out, signature, mbedtls_rsa_get_len(rsa));
}
