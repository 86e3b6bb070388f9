#ifndef NET_TLS_TRUST_H
#define NET_TLS_TRUST_H

#include "base/err.h"

#include <mbedtls/x509_crt.h>
#include <stdbool.h>
#include <stddef.h>

/* What a client believes: the authorities of a bundle, and perhaps the pin of
 * the server's public key.  Embedded; read-only once loaded, since verification
 * runs on the threads of handshakes.
 *
 * Life: tls_trust_load -> ... -> tls_trust_fini. */
struct tls_trust {
    mbedtls_x509_crt authorities; /* empty: the pin alone decides */
    uint8_t pin[32];              /* SHA-256 of the SubjectPublicKeyInfo */
    bool has_pin;
};

/* `ca_file` NULL: the system's bundle, or with a pin none at all.  ERR_CONFIG with
 * a `detail` that says what to do; ERR_NOMEM.  On failure nothing to free. */
MUST_CHECK enum err tls_trust_load(struct tls_trust *t, const char *ca_file, const char *pin,
                                   char detail[static 256]);
void tls_trust_fini(struct tls_trust *t);

/* What one connection expects of its peer.  The library checks host names; it would
 * send an address as SNI, which RFC 6066 §3 forbids, so addresses are checked here. */
struct tls_expectation {
    const struct tls_trust *trust; /* borrowed */
    uint8_t address[16];
    size_t address_len; /* 0: it is a name; else 4 or 16 */
};

/* True when `host` is an IP literal, and so nothing for the library. */
bool tls_trust_expect(struct tls_expectation *e, const struct tls_trust *trust,
                      const char *host);

/* For mbedtls_ssl_set_verify, with the expectation as context: adds BADCERT_OTHER
 * when the pin is not the leaf's, and BADCERT_CN_MISMATCH for addresses. */
int tls_trust_verify(void *expectation, mbedtls_x509_crt *crt, int depth, uint32_t *flags);

/* See tls_context_system_bundle. */
const char *tls_trust_system_bundle(void);

#endif
