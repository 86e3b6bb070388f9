#include "net/tls/tls_trust.h"

#include "base/base64.h"
#include "base/container.h"
#include "base/mem.h"
#include "net/tls/tls_pem.h"

#include <arpa/inet.h>
#include <mbedtls/sha256.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DETAIL_SIZE 256u

static enum err parse_pin(struct tls_trust *t, const char *pin, char *detail)
{
    const struct span prefix = SPAN("sha256/");
    struct span text = span_text(pin);
    size_t len = 0;

    if (span_starts(text, prefix) &&
        base64_parse(span_slice(text, prefix.len, text.len), t->pin, sizeof t->pin, &len) ==
            OK &&
        len == sizeof t->pin) {
        t->has_pin = true;
        return OK;
    }
    (void)snprintf(detail, DETAIL_SIZE,
                   "not a pin: \"%.60s\"; it looks like sha256/ and 44 characters of base64",
                   pin);
    return ERR_CONFIG;
}

static enum err load_authorities(struct tls_trust *t, const char *ca_file, char *detail)
{
    struct tls_pem_file file = {.path = ca_file, .what = "CA file"};
    char *text;
    enum err e = tls_pem_read(&file, &text, detail);

    if (e != OK)
        return e;
    /* Certificates of a bundle that the library does not know are left out. */
    int rc = mbedtls_x509_crt_parse(&t->authorities, (const uint8_t *)text, strlen(text) + 1);
    tls_pem_free(text);
    if (rc >= 0 && t->authorities.version != 0)
        return OK;
    if (rc == MBEDTLS_ERR_X509_ALLOC_FAILED)
        return ERR_NOMEM;
    (void)snprintf(detail, DETAIL_SIZE, "CA file %.120s holds no certificate in PEM", ca_file);
    return ERR_CONFIG;
}

static enum err load(struct tls_trust *t, const char *ca_file, const char *pin, char *detail)
{
    if (pin) {
        enum err e = parse_pin(t, pin, detail);
        if (e != OK || !ca_file)
            return e;
    }
    if (!ca_file)
        ca_file = tls_trust_system_bundle();
    if (ca_file)
        return load_authorities(t, ca_file, detail);
    (void)snprintf(detail, DETAIL_SIZE,
                   "this system has no bundle of certificate authorities where it usually is; "
                   "install ca-certificates, or name a CA file");
    return ERR_CONFIG;
}

enum err tls_trust_load(struct tls_trust *t, const char *ca_file, const char *pin,
                        char detail[static 256])
{
    *t = (struct tls_trust){0};
    mbedtls_x509_crt_init(&t->authorities);
    enum err e = load(t, ca_file, pin, detail);
    if (e != OK)
        tls_trust_fini(t);
    return e;
}

void tls_trust_fini(struct tls_trust *t)
{
    mbedtls_x509_crt_free(&t->authorities);
}

static bool pin_matches(const struct tls_trust *t, const mbedtls_x509_crt *crt)
{
    uint8_t digest[32];

    return mbedtls_sha256(crt->pk_raw.p, crt->pk_raw.len, digest, 0) == 0 &&
           memcmp(digest, t->pin, sizeof digest) == 0;
}

static bool covers_address(const struct tls_expectation *e, const mbedtls_x509_crt *leaf)
{
    const int address = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_IP_ADDRESS;

    for (const mbedtls_asn1_sequence *n = &leaf->subject_alt_names; n; n = n->next)
        if ((n->buf.tag & (MBEDTLS_ASN1_TAG_CLASS_MASK | MBEDTLS_ASN1_TAG_VALUE_MASK)) ==
                address &&
            n->buf.len == e->address_len && memcmp(n->buf.p, e->address, e->address_len) == 0)
            return true;
    return false;
}

bool tls_trust_expect(struct tls_expectation *e, const struct tls_trust *trust,
                      const char *host)
{
    e->trust = trust;
    e->address_len = 0;
    if (inet_pton(AF_INET, host, e->address) == 1)
        e->address_len = 4;
    else if (inet_pton(AF_INET6, host, e->address) == 1)
        e->address_len = 16;
    return e->address_len > 0;
}

static void verify_leaf(const struct tls_expectation *e, const mbedtls_x509_crt *leaf,
                        uint32_t *flags)
{
    if (e->address_len > 0 && !covers_address(e, leaf))
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    if (e->trust->has_pin && !pin_matches(e->trust, leaf))
        *flags |= MBEDTLS_X509_BADCERT_OTHER;
}

/* Called from the root's end of the chain down to the leaf (depth 0).  When the pin
 * decides only the leaf counts, and of its faults not that nobody vouches for it;
 * name and dates are still checked, and the key by the handshake. */
int tls_trust_verify(void *expectation, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    const struct tls_expectation *e = expectation;
    bool pin_decides = e->trust->has_pin && e->trust->authorities.version == 0;

    if (pin_decides && depth > 0)
        *flags = 0;
    else if (pin_decides)
        *flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    if (depth == 0)
        verify_leaf(e, crt, flags);
    return 0;
}

const char *tls_trust_system_bundle(void)
{
    static const char *const places[] = {
        "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Arch */
        "/etc/pki/tls/certs/ca-bundle.crt",                  /* Fedora, older RHEL */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* RHEL */
        "/etc/ssl/ca-bundle.pem",                            /* openSUSE */
        "/etc/ssl/cert.pem",                                 /* Alpine, macOS, BSD */
        "/usr/local/share/certs/ca-root-nss.crt",            /* FreeBSD */
    };

    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (access(places[i], R_OK) == 0)
            return places[i];
    return NULL;
}
