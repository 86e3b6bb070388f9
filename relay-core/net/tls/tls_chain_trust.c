#include "net/tls/tls_chain_impl.h"

#include "net/tls/tls_trust.h"

#include <string.h>

/* Only digests are left to the library; our own rules say more about keys. */
static const mbedtls_x509_crt_profile digests = {
    .allowed_mds = MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) |
                   MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
                   MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
    .allowed_pks = 0xFFFFFFFF,
    .allowed_curves = 0xFFFFFFFF,
    .rsa_min_bitlen = 0,
};

static bool is_in_file(const struct tls_chain *c, const mbedtls_x509_crt *crt)
{
    return crt >= c->certs && crt < c->certs + c->certs_len;
}

/* Called for each certificate of the chain that was found.  Dates are judged by the
 * injected clock, elsewhere; what the library says of them does not count. */
static int on_certificate(void *context, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    struct tls_chain *c = context;
    char name[TLS_CHAIN_NAME_SIZE];

    (void)depth;
    if (*flags & MBEDTLS_X509_BADCERT_BAD_MD)
        tls_chain_check_add(c, TLS_CHAIN_WEAK_SIGNATURE, true,
                            "'%s' is signed with a digest that is broken (SHA-1 or older); TLS "
                            "clients refuse it. Get a new certificate, signed with SHA-256.",
                            tls_chain_check_name(&crt->subject, name));
    if (!is_in_file(c, crt))
        tls_chain_rules_check_dates(c, crt, false);
    *flags &= MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    return 0;
}

static void link_path(struct tls_chain *c, bool linked)
{
    for (size_t k = 0; k + 1 < c->path_len; k++)
        c->certs[c->path[k]].next = linked ? &c->certs[c->path[k + 1]] : NULL;
}

/* A certificate of this name, with another key perhaps. */
static bool bundle_names(const mbedtls_x509_crt *authorities, const mbedtls_x509_buf *name)
{
    for (const mbedtls_x509_crt *a = authorities; a; a = a->next)
        if (a->subject_raw.len == name->len &&
            memcmp(a->subject_raw.p, name->p, name->len) == 0)
            return true;
    return false;
}

static const char *bundle_name(const struct tls_chain *c)
{
    return c->input->ca_file ? "the CA file" : "this system's CA bundle";
}

static void explain_missing(struct tls_chain *c)
{
    char leaf[TLS_CHAIN_NAME_SIZE], issuer[TLS_CHAIN_NAME_SIZE];

    tls_chain_check_add(
        c, TLS_CHAIN_INTERMEDIATE_MISSING, true,
        "The file holds only the certificate for %s; that of its issuer '%s' is missing. "
        "Browsers fetch it by themselves, LINE does not and cannot connect. You probably gave "
        "cert.pem: use fullchain.pem, or append the issuer's certificate. (If '%s' is a CA of "
        "your own: LINE accepts public ones only.)",
        tls_chain_check_name(&tls_chain_leaf(c)->subject, leaf),
        tls_chain_check_name(&tls_chain_leaf(c)->issuer, issuer), issuer);
}

static void explain_untrusted(struct tls_chain *c, const mbedtls_x509_crt *top, bool is_named)
{
    char name[TLS_CHAIN_NAME_SIZE], issuer[TLS_CHAIN_NAME_SIZE];

    (void)tls_chain_check_name(&top->subject, name);
    (void)tls_chain_check_name(&top->issuer, issuer);
    if (tls_chain_order_is_self_issued(top))
        tls_chain_check_add(c, TLS_CHAIN_UNTRUSTED, true,
                            "The chain ends in the root '%s', which is not in %s. LINE accepts "
                            "public CAs only, for example Let's Encrypt.",
                            name, bundle_name(c));
    else if (is_named)
        tls_chain_check_add(c, TLS_CHAIN_UNTRUSTED, true,
                            "'%s' says it was issued by '%s', but that CA's key has not signed "
                            "it. The files are mixed up or forged; get them anew.",
                            name, issuer);
    else
        tls_chain_check_add(c, TLS_CHAIN_UNTRUSTED, true,
                            "The chain ends at '%s', issued by '%s', which is neither in the "
                            "file nor in %s. Either one more intermediate is missing (use "
                            "fullchain.pem), or it is no public CA, and LINE accepts no other.",
                            name, issuer, bundle_name(c));
}

static void explain(struct tls_chain *c, const mbedtls_x509_crt *authorities)
{
    const mbedtls_x509_crt *top = &c->certs[c->path[c->path_len - 1]];
    bool is_named = bundle_names(authorities, &top->issuer_raw);

    if (c->path_len == 1 && tls_chain_order_is_self_issued(top))
        tls_chain_check_add(c, TLS_CHAIN_SELF_SIGNED, true,
                            "The certificate is self-signed: nobody but yourself vouches for "
                            "it, and LINE refuses it. Get one from a public CA, for example "
                            "from Let's Encrypt with certbot.");
    else if (c->path_len == 1 && !is_named)
        explain_missing(c);
    else
        explain_untrusted(c, top, is_named);
}

enum err tls_chain_trust_check(struct tls_chain *c)
{
    struct tls_trust trust;
    char detail[256];
    uint32_t flags = 0;
    enum err e = tls_trust_load(&trust, c->input->ca_file, NULL, detail);
    int rc;

    if (e == ERR_NOMEM)
        return e;
    if (e) {
        tls_chain_check_add(c, TLS_CHAIN_NO_BUNDLE, c->input->ca_file != NULL,
                            "Whether a public CA vouches for it was not checked: %s", detail);
        return OK;
    }
    link_path(c, true);
    rc = mbedtls_x509_crt_verify_with_profile(tls_chain_leaf(c), &trust.authorities, NULL,
                                              &digests, NULL, &flags, on_certificate, c);
    link_path(c, false);
    if (rc == MBEDTLS_ERR_X509_ALLOC_FAILED)
        e = ERR_NOMEM;
    else if (rc != 0)
        explain(c, &trust.authorities);
    tls_trust_fini(&trust);
    return e;
}
