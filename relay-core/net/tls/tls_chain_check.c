/* 1. read the certificates, then the key
 * 2. find the leaf and the way up from it
 * 3. ask the bundle who vouches for the end of that way
 * 4. look at dates, keys, names and purposes
 * Each step that finds nothing to work on ends the check: the report says why. */
#include "net/tls/tls_chain_impl.h"

#include "base/mem.h"
#include "base/text.h"

#include <mbedtls/oid.h>
#include <psa/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tls_chain_check_add(struct tls_chain *c, enum tls_chain_code code, bool is_error,
                         const char *format, ...)
{
    struct tls_chain_report *r = c->report;
    struct tls_chain_finding *f;
    va_list args;

    r->is_broken = r->is_broken || is_error;
    if (r->findings_len == TLS_CHAIN_CHECK_FINDINGS)
        return;
    f = &r->findings[r->findings_len++];
    f->code = code;
    f->is_error = is_error;
    va_start(args, format);
    (void)vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
}

const char *tls_chain_check_name(const mbedtls_x509_name *name,
                                 char buf[static TLS_CHAIN_NAME_SIZE])
{
    char whole[256];

    for (const mbedtls_x509_name *n = name; n; n = n->next)
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &n->oid) == 0)
            return text_escape(buf, TLS_CHAIN_NAME_SIZE, span_of(n->val.p, n->val.len));
    if (mbedtls_x509_dn_gets(whole, sizeof whole, name) <= 0)
        return "(without name)";
    return text_escape(buf, TLS_CHAIN_NAME_SIZE, span_text(whole));
}

static void describe_step(const mbedtls_x509_crt *crt, struct tls_chain_step *out)
{
    char name[TLS_CHAIN_NAME_SIZE];

    (void)snprintf(out->subject, sizeof out->subject, "%s",
                   tls_chain_check_name(&crt->subject, name));
    (void)snprintf(out->issuer, sizeof out->issuer, "%s",
                   tls_chain_check_name(&crt->issuer, name));
    out->not_after_ms = tls_chain_rules_time_ms(&crt->valid_to);
}

static void describe(struct tls_chain *c)
{
    struct tls_chain_report *r = c->report;

    for (; r->path_len < c->path_len; r->path_len++)
        describe_step(&c->certs[c->path[r->path_len]], &r->path[r->path_len]);
    memcpy(r->subject, r->path[0].subject, sizeof r->subject);
    memcpy(r->issuer, r->path[0].issuer, sizeof r->issuer);
    r->not_after_ms = r->path[0].not_after_ms;
}

static enum err check(struct tls_chain *c)
{
    enum err e = tls_chain_load_certificates(c);

    if (!e && c->input->key_file)
        e = tls_chain_load_key(c);
    if (e || c->certs_len == 0)
        return e;
    tls_chain_order_find(c);
    describe(c);
    e = tls_chain_trust_check(c);
    return e ? e : tls_chain_rules_check(c);
}

enum err tls_chain_check_run(const struct tls_chain_input *input, struct tls_chain_report *out)
{
    struct tls_chain *c = mem_alloc(sizeof *c);
    enum err e;

    memset(out, 0, sizeof *out);
    if (!c || psa_crypto_init() != PSA_SUCCESS) {
        mem_free(c);
        return ERR_NOMEM;
    }
    c->input = input;
    c->report = out;
    mbedtls_pk_init(&c->key);
    for (size_t i = 0; i < TLS_CHAIN_CHECK_MAX; i++)
        mbedtls_x509_crt_init(&c->certs[i]);
    e = check(c);
    for (size_t i = 0; i < TLS_CHAIN_CHECK_MAX; i++)
        mbedtls_x509_crt_free(&c->certs[i]);
    mbedtls_pk_free(&c->key);
    mem_free(c);
    return e;
}

const char *tls_chain_check_code_text(enum tls_chain_code code)
{
    static const char *const texts[] = {
        [TLS_CHAIN_FILE_UNREADABLE] = "file-unreadable",
        [TLS_CHAIN_NOT_PEM] = "not-pem",
        [TLS_CHAIN_GARBLED] = "garbled",
        [TLS_CHAIN_TOO_LONG] = "too-long",
        [TLS_CHAIN_LEAF_NOT_FIRST] = "leaf-not-first",
        [TLS_CHAIN_OUT_OF_ORDER] = "out-of-order",
        [TLS_CHAIN_UNRELATED] = "unrelated",
        [TLS_CHAIN_ROOT_INCLUDED] = "root-included",
        [TLS_CHAIN_INTERMEDIATE_MISSING] = "intermediate-missing",
        [TLS_CHAIN_SELF_SIGNED] = "self-signed",
        [TLS_CHAIN_UNTRUSTED] = "untrusted",
        [TLS_CHAIN_NO_BUNDLE] = "no-bundle",
        [TLS_CHAIN_EXPIRED] = "expired",
        [TLS_CHAIN_NOT_YET_VALID] = "not-yet-valid",
        [TLS_CHAIN_EXPIRES_SOON] = "expires-soon",
        [TLS_CHAIN_NO_NAMES] = "no-names",
        [TLS_CHAIN_HOST_NOT_COVERED] = "host-not-covered",
        [TLS_CHAIN_WEAK_KEY] = "weak-key",
        [TLS_CHAIN_WEAK_SIGNATURE] = "weak-signature",
        [TLS_CHAIN_NOT_FOR_SERVERS] = "not-for-servers",
        [TLS_CHAIN_CA_AS_LEAF] = "ca-as-leaf",
        [TLS_CHAIN_KEY_UNREADABLE] = "key-unreadable",
        [TLS_CHAIN_KEY_NOT_PRIVATE] = "key-not-private",
        [TLS_CHAIN_KEY_ENCRYPTED] = "key-encrypted",
        [TLS_CHAIN_KEY_MISMATCH] = "key-mismatch",
    };

    return texts[code];
}
