#ifndef NET_TLS_TRUST_H
#define NET_TLS_TRUST_H

#include "base/err.h"

#include <mbedtls/x509_crt.h>
#include <stdbool.h>

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

/* For mbedtls_ssl_conf_verify, with the trust as context: adds
 * MBEDTLS_X509_BADCERT_OTHER when the pin is not the leaf's. */
int tls_trust_verify(void *trust, mbedtls_x509_crt *crt, int depth, uint32_t *flags);

/* See tls_context_system_bundle. */
const char *tls_trust_system_bundle(void);

#endif
