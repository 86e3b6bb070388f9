/* A small certificate authority for tests, made afresh in a folder of its own under
 * the temporary folder and removed when the process ends. Every function aborts
 * on failure; returned texts live until then. */
#ifndef TESTS_UNIT_SUPPORT_TEST_PKI_H
#define TESTS_UNIT_SUPPORT_TEST_PKI_H

#include "loop/worker.h"
#include "net/tls/tls_certificate.h"
#include "net/tls/tls_context.h"

/* The authority's certificate, as tls_client_options.ca_file takes it. */
const char *test_pki_ca(void);
/* The authority itself, to sign more with. */
const struct tls_certificate *test_pki_issuer(void);

/* Valid from yesterday until tomorrow, for these names. */
struct tls_certificate_options test_pki_options(const char *const *names);
/* A file of that name in the folder. */
const char *test_pki_path(const char *name);
const char *test_pki_write(const char *name, const char *text);

/* A certificate and its key as files; `issuer` NULL: test_pki_issuer(). */
struct tls_identity test_pki_leaf(const struct tls_certificate_options *options,
                                  const struct tls_certificate *issuer);
/* For localhost and 127.0.0.1; the same one each time. */
struct tls_identity test_pki_localhost(void);

/* Contexts with test_pki_localhost(), and trusting it; to be put. */
struct tls_context *test_pki_server(struct worker *handshakes, const char *const *alpn);
struct tls_context *test_pki_client(struct worker *handshakes, const char *const *alpn);
/* Before the context is used: nothing above TLS 1.2. */
void test_pki_limit_to_tls12(struct tls_context *c);

#endif
