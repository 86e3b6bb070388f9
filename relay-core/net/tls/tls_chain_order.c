#include "net/tls/tls_chain_impl.h"

#include <mbedtls/psa_util.h>
#include <string.h>

#define NONE TLS_CHAIN_CHECK_MAX

static bool is_same(const mbedtls_x509_buf *a, const mbedtls_x509_buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->p, b->p, a->len) == 0);
}

bool tls_chain_order_is_self_issued(const mbedtls_x509_crt *crt)
{
    return is_same(&crt->issuer_raw, &crt->subject_raw);
}

/* By names and, where both are there, key identifiers (RFC 5280 §4.2.1.1); whether the
 * signature is good is asked when trust is. */
static bool may_have_issued(const mbedtls_x509_crt *issuer, const mbedtls_x509_crt *crt)
{
    const mbedtls_x509_buf *wanted = &crt->authority_key_id.keyIdentifier;

    if (!is_same(&crt->issuer_raw, &issuer->subject_raw))
        return false;
    return wanted->len == 0 || issuer->subject_key_id.len == 0 ||
           is_same(wanted, &issuer->subject_key_id);
}

/* --- the leaf --- */

static bool has_key_of(struct tls_chain *c, size_t i)
{
    return mbedtls_pk_check_pair(&c->certs[i].pk, &c->key, mbedtls_psa_get_random,
                                 MBEDTLS_PSA_RANDOM_STATE) == 0;
}

static bool has_issued_another(const struct tls_chain *c, size_t i)
{
    for (size_t j = 0; j < c->certs_len; j++)
        if (j != i && may_have_issued(&c->certs[i], &c->certs[j]))
            return true;
    return false;
}

static size_t find_leaf(struct tls_chain *c)
{
    char name[TLS_CHAIN_NAME_SIZE];

    if (mbedtls_pk_get_type(&c->key) != MBEDTLS_PK_NONE) {
        for (size_t i = 0; i < c->certs_len; i++)
            if (has_key_of(c, i))
                return i;
        tls_chain_check_add(c, TLS_CHAIN_KEY_MISMATCH, true,
                            "The key does not belong to the certificate for %s. Give the key "
                            "that was made for it, usually privkey.pem in the same folder.",
                            tls_chain_check_name(&c->certs[0].subject, name));
    }
    for (size_t i = 0; i < c->certs_len; i++)
        if (!has_issued_another(c, i))
            return i;
    return 0;
}

/* --- the way up --- */

static bool is_on_path(const struct tls_chain *c, size_t i)
{
    for (size_t k = 0; k < c->path_len; k++)
        if (c->path[k] == i)
            return true;
    return false;
}

/* The next after `child` in the file is tried first: of several it is the one meant. */
static size_t find_issuer(const struct tls_chain *c, size_t child)
{
    for (size_t k = 1; k < c->certs_len; k++) {
        size_t i = (child + k) % c->certs_len;
        if (!is_on_path(c, i) && may_have_issued(&c->certs[i], &c->certs[child]))
            return i;
    }
    return NONE;
}

static void climb(struct tls_chain *c)
{
    size_t at = c->path[0];

    while (at != NONE && !tls_chain_order_is_self_issued(&c->certs[at])) {
        at = find_issuer(c, at);
        if (at != NONE)
            c->path[c->path_len++] = at;
    }
}

/* --- what is to be said about it --- */

static void judge_order(struct tls_chain *c)
{
    char name[TLS_CHAIN_NAME_SIZE];

    if (c->path[0] != 0) {
        tls_chain_check_add(
            c, TLS_CHAIN_LEAF_NOT_FIRST, true,
            "The certificate for %s stands in place %zu of its file, but must be "
            "the first: clients take the first one for the server's own.",
            tls_chain_check_name(&tls_chain_leaf(c)->subject, name), c->path[0] + 1);
        return;
    }
    for (size_t k = 1; k < c->path_len; k++) {
        if (c->path[k] > c->path[k - 1])
            continue;
        tls_chain_check_add(c, TLS_CHAIN_OUT_OF_ORDER, true,
                            "The intermediate certificates are out of order: '%s' must come "
                            "directly after the one it has issued. Use fullchain.pem as the CA "
                            "made it.",
                            tls_chain_check_name(&c->certs[c->path[k]].subject, name));
        return;
    }
}

static bool is_repeated(const struct tls_chain *c, size_t i)
{
    for (size_t j = 0; j < c->certs_len; j++)
        if (j != i && is_on_path(c, j) && is_same(&c->certs[j].raw, &c->certs[i].raw))
            return true;
    return false;
}

static void judge_extras(struct tls_chain *c)
{
    char name[TLS_CHAIN_NAME_SIZE];

    for (size_t i = 0; i < c->certs_len; i++) {
        if (is_on_path(c, i))
            continue;
        tls_chain_check_add(
            c, TLS_CHAIN_UNRELATED, false,
            "Certificate %zu, '%s', %s. Remove it: every client gets it in every "
            "handshake.",
            i + 1, tls_chain_check_name(&c->certs[i].subject, name),
            is_repeated(c, i) ? "is there twice" : "has nothing to do with the server's own");
    }
}

static void judge_root(struct tls_chain *c)
{
    const mbedtls_x509_crt *top = &c->certs[c->path[c->path_len - 1]];
    char name[TLS_CHAIN_NAME_SIZE];

    if (c->path_len > 1 && tls_chain_order_is_self_issued(top))
        tls_chain_check_add(c, TLS_CHAIN_ROOT_INCLUDED, false,
                            "The file includes the root '%s'. Clients have it or do not trust "
                            "it: leave it out, it only makes handshakes longer.",
                            tls_chain_check_name(&top->subject, name));
}

void tls_chain_order_find(struct tls_chain *c)
{
    c->path[0] = find_leaf(c);
    c->path_len = 1;
    climb(c);
    judge_order(c);
    judge_extras(c);
    judge_root(c);
}
