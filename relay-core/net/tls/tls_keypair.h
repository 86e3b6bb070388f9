#ifndef NET_TLS_KEYPAIR_H
#define NET_TLS_KEYPAIR_H

#include "base/err.h"
#include "base/span.h"

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

/* A server's certificate chain and key, loaded, checked against each other, and
 * asked for the names they serve.  Embedded; read-only once loaded, so that
 * handshakes on several threads may use it.
 *
 * Life: tls_keypair_load -> ... -> tls_keypair_fini. */
struct tls_keypair {
    mbedtls_x509_crt chain; /* leaf first */
    mbedtls_pk_context key;
};

#define TLS_KEYPAIR_DETAIL_SIZE 256u

enum tls_keypair_match { TLS_KEYPAIR_NO_MATCH, TLS_KEYPAIR_WILDCARD, TLS_KEYPAIR_EXACT };

/* ERR_CONFIG: unreadable, empty, not PEM, encrypted, or the two do not belong
 * together; ERR_DENIED: others may read the key; ERR_NOMEM.  `detail` says what to
 * do.  On failure there is nothing to free. */
MUST_CHECK enum err tls_keypair_load(struct tls_keypair *k, const char *certificate_file,
                                     const char *key_file,
                                     char detail[static TLS_KEYPAIR_DETAIL_SIZE]);
void tls_keypair_fini(struct tls_keypair *k);

/* How well the leaf covers `host` (RFC 6125 §6.4: names of the SAN, where "*" stands
 * for one whole first label; the common name only when there is no SAN). */
enum tls_keypair_match tls_keypair_covers(const struct tls_keypair *k, struct span host);

#endif
