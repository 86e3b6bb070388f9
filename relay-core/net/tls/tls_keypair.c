#include "net/tls/tls_keypair.h"

#include "net/tls/tls_pem.h"

#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>
#include <mbedtls/psa_util.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 80 /* of a path in a detail */

struct load {
    struct tls_keypair *k;
    const char *certificate_file, *key_file;
    char *detail;
};

/* --- loading --- */

static bool is_out_of_memory(int rc)
{
    return rc == MBEDTLS_ERR_X509_ALLOC_FAILED || rc == MBEDTLS_ERR_PK_ALLOC_FAILED ||
           rc == MBEDTLS_ERR_ASN1_ALLOC_FAILED;
}

static enum err load_chain(const struct load *l)
{
    struct tls_pem_file file = {.path = l->certificate_file, .what = "certificate file"};
    char *text;
    enum err e = tls_pem_read(&file, &text, l->detail);

    if (e != OK)
        return e;
    bool is_pem = strstr(text, "-----BEGIN ") != NULL;
    int rc = mbedtls_x509_crt_parse(&l->k->chain, (const uint8_t *)text, strlen(text) + 1);
    tls_pem_free(text);
    if (rc == 0)
        return OK;
    if (is_out_of_memory(rc))
        return ERR_NOMEM;
    (void)snprintf(l->detail, TLS_KEYPAIR_DETAIL_SIZE,
                   is_pem
                       ? "certificate file %.*s holds a certificate that cannot be read"
                       : "certificate file %.*s is not PEM (it has no BEGIN CERTIFICATE line)",
                   SHOWN, l->certificate_file);
    return ERR_CONFIG;
}

static enum err explain_key(const struct load *l, int rc, bool is_encrypted)
{
    if (is_out_of_memory(rc))
        return ERR_NOMEM;
    if (is_encrypted)
        (void)snprintf(l->detail, TLS_KEYPAIR_DETAIL_SIZE,
                       "key file %.*s is encrypted; write it without passphrase: "
                       "openssl pkey -in %.*s -out plain.key && chmod 600 plain.key",
                       60, l->key_file, 60, l->key_file);
    else
        (void)snprintf(l->detail, TLS_KEYPAIR_DETAIL_SIZE,
                       "key file %.*s holds no private key that can be read (PEM, RSA or EC)",
                       SHOWN, l->key_file);
    return ERR_CONFIG;
}

static enum err load_key(const struct load *l)
{
    struct tls_pem_file file = {.path = l->key_file, .what = "key file", .is_secret = true};
    char *text;
    enum err e = tls_pem_read(&file, &text, l->detail);

    if (e != OK)
        return e;
    bool is_encrypted = strstr(text, "ENCRYPTED") != NULL;
    int rc = mbedtls_pk_parse_key(&l->k->key, (const uint8_t *)text, strlen(text) + 1, NULL, 0,
                                  mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
    tls_pem_free(text);
    return rc == 0 ? OK : explain_key(l, rc, is_encrypted);
}

static enum err check_pair(const struct load *l)
{
    if (mbedtls_pk_check_pair(&l->k->chain.pk, &l->k->key, mbedtls_psa_get_random,
                              MBEDTLS_PSA_RANDOM_STATE) == 0)
        return OK;
    (void)snprintf(l->detail, TLS_KEYPAIR_DETAIL_SIZE,
                   "key file %.*s does not belong to the first certificate in %.*s (the leaf "
                   "must come first)",
                   SHOWN, l->key_file, SHOWN, l->certificate_file);
    return ERR_CONFIG;
}

enum err tls_keypair_load(struct tls_keypair *k, const char *certificate_file,
                          const char *key_file, char detail[static TLS_KEYPAIR_DETAIL_SIZE])
{
    struct load l = {k, certificate_file, key_file, detail};

    mbedtls_x509_crt_init(&k->chain);
    mbedtls_pk_init(&k->key);
    enum err e = load_chain(&l);
    if (e == OK)
        e = load_key(&l);
    if (e == OK)
        e = check_pair(&l);
    if (e != OK)
        tls_keypair_fini(k);
    return e;
}

void tls_keypair_fini(struct tls_keypair *k)
{
    mbedtls_x509_crt_free(&k->chain);
    mbedtls_pk_free(&k->key);
}

/* --- names --- */

static enum tls_keypair_match match_name(struct span name, struct span host)
{
    if (span_is_nocase(name, host))
        return TLS_KEYPAIR_EXACT;
    if (!span_starts(name, SPAN("*.")))
        return TLS_KEYPAIR_NO_MATCH;
    struct span rest = span_slice(host, span_find(host, '.'), host.len);
    bool same = rest.len > 1 && rest.len < host.len &&
                span_is_nocase(span_slice(name, 1, name.len), rest);
    return same ? TLS_KEYPAIR_WILDCARD : TLS_KEYPAIR_NO_MATCH;
}

static enum tls_keypair_match better(enum tls_keypair_match a, enum tls_keypair_match b)
{
    return a > b ? a : b;
}

static enum tls_keypair_match match_san(const mbedtls_x509_crt *leaf, struct span host)
{
    const int dns_name = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_DNS_NAME;
    enum tls_keypair_match best = TLS_KEYPAIR_NO_MATCH;

    for (const mbedtls_asn1_sequence *n = &leaf->subject_alt_names; n; n = n->next)
        if ((n->buf.tag & (MBEDTLS_ASN1_TAG_CLASS_MASK | MBEDTLS_ASN1_TAG_VALUE_MASK)) ==
            dns_name)
            best = better(best, match_name(span_of(n->buf.p, n->buf.len), host));
    return best;
}

static enum tls_keypair_match match_common_name(const mbedtls_x509_crt *leaf, struct span host)
{
    enum tls_keypair_match best = TLS_KEYPAIR_NO_MATCH;

    for (const mbedtls_x509_name *n = &leaf->subject; n; n = n->next)
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &n->oid) == 0)
            best = better(best, match_name(span_of(n->val.p, n->val.len), host));
    return best;
}

enum tls_keypair_match tls_keypair_covers(const struct tls_keypair *k, struct span host)
{
    if (mbedtls_x509_crt_has_ext_type(&k->chain, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME))
        return match_san(&k->chain, host);
    return match_common_name(&k->chain, host);
}
