#ifndef NET_TLS_CERTIFICATE_H
#define NET_TLS_CERTIFICATE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Certificates and keys made on the spot: for `hookline demo`, and for tests, so
 * that no key ever lies in the repository.
 *
 * Life: tls_certificate_make -> ... -> tls_certificate_fini (wipes the key). */
struct tls_certificate {
    char *certificate; /* PEM of this one certificate; owned */
    char *key;         /* PEM, unencrypted; owned, secret */
};

enum tls_certificate_digest {
    TLS_CERTIFICATE_SHA256,
    TLS_CERTIFICATE_SHA384,
    TLS_CERTIFICATE_SHA1, /* nobody should accept it: for tests */
};

#define TLS_CERTIFICATE_NAMES_MAX 32u

struct tls_certificate_options {
    /* Common name: letters, digits, space and ". * - _ :"; at most 64 bytes. */
    const char *subject;
    /* Subject alternative names: host names ("*.example.com" too) and IP
     * literals; NULL-terminated; NULL: none. */
    const char *const *names;
    uint64_t not_before_ms, not_after_ms; /* wall clock; whole seconds are kept */
    bool is_ca;                           /* may sign others */
    unsigned rsa_bits;                    /* 0: ECDSA P-256; else 1024 .. 4096 */
    enum tls_certificate_digest digest;   /* of the signature */
};

/* `issuer` NULL: self-signed.  An issuer that was made without is_ca is accepted
 * (tests want such chains).  ERR_CONFIG for options that cannot be. */
MUST_CHECK enum err tls_certificate_make(const struct tls_certificate_options *options,
                                         const struct tls_certificate *issuer,
                                         struct tls_certificate *out);
void tls_certificate_fini(struct tls_certificate *c);

/* Writes both files, replacing what was there; the key with mode 0600.  `chain`
 * (PEM of the intermediates, may be NULL) follows the leaf in its file.  `key_file`
 * NULL: only the certificate.  ERR_IO. */
MUST_CHECK enum err tls_certificate_save(const struct tls_certificate *c, const char *chain,
                                         const char *certificate_file, const char *key_file);

/* "sha256/BASE64" of the public key of the first certificate in `pem`, as
 * tls_client_options.pin takes it. */
#define TLS_CERTIFICATE_PIN_SIZE 52u
MUST_CHECK enum err tls_certificate_pin(const char *pem,
                                        char out[static TLS_CERTIFICATE_PIN_SIZE]);

#endif
