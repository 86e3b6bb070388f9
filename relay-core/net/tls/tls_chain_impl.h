#ifndef NET_TLS_CHAIN_IMPL_H
#define NET_TLS_CHAIN_IMPL_H

#include "net/tls/tls_chain_check.h"

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

/* The parts of the chain check.  Only for the tls_chain_*.c files.  Each adds what it
 * finds to the report; only memory that runs out ends the check. */

struct tls_chain {
    const struct tls_chain_input *input;
    struct tls_chain_report *report;
    mbedtls_x509_crt certs[TLS_CHAIN_CHECK_MAX]; /* in the file's order, not linked */
    size_t certs_len;
    mbedtls_pk_context key; /* of type NONE: not loaded */
    /* From the leaf upwards, as each was signed by the next; indices into certs. */
    size_t path[TLS_CHAIN_CHECK_MAX];
    size_t path_len;
};

#define TLS_CHAIN_NAME_SIZE 80u

void tls_chain_check_add(struct tls_chain *c, enum tls_chain_code code, bool is_error,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The common name of a distinguished name, else all of it; escaped. */
const char *tls_chain_check_name(const mbedtls_x509_name *name,
                                 char buf[static TLS_CHAIN_NAME_SIZE]);
static inline mbedtls_x509_crt *tls_chain_leaf(struct tls_chain *c)
{
    return &c->certs[c->path[0]];
}

/* Reads the certificates; none may be there afterwards. */
MUST_CHECK enum err tls_chain_load_certificates(struct tls_chain *c);
MUST_CHECK enum err tls_chain_load_key(struct tls_chain *c);

/* Finds leaf and path (at least the leaf); judges their order in the file. */
void tls_chain_order_find(struct tls_chain *c);
bool tls_chain_order_is_self_issued(const mbedtls_x509_crt *crt);

/* Who vouches for it: the bundle.  Also the digests of the signatures. */
MUST_CHECK enum err tls_chain_trust_check(struct tls_chain *c);

/* Dates, keys, names and purposes. */
MUST_CHECK enum err tls_chain_rules_check(struct tls_chain *c);
void tls_chain_rules_check_dates(struct tls_chain *c, const mbedtls_x509_crt *crt,
                                 bool is_leaf);
uint64_t tls_chain_rules_time_ms(const mbedtls_x509_time *t);

#endif
