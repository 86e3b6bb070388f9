#ifndef TESTS_UNIT_SUPPORT_CHAIN_MAKER_H
#define TESTS_UNIT_SUPPORT_CHAIN_MAKER_H

#include "net/tls/tls_certificate.h"

/* A root, an intermediate and a leaf for "relay.example.com", made once; each lives for
 * a year around CHAIN_MAKER_NOW. */
#define CHAIN_MAKER_NOW  UINT64_C(1800000000000)
#define CHAIN_MAKER_DAY  UINT64_C(86400000)
#define CHAIN_MAKER_HOST "relay.example.com"

struct chain_maker {
    struct tls_certificate root, intermediate, leaf;
};

void chain_maker_init(struct chain_maker *m);
void chain_maker_fini(struct chain_maker *m);
/* Options of a leaf as above, to be changed; then chain_maker_sign. */
struct tls_certificate_options chain_maker_leaf_options(void);
/* Aborts the test on failure.  `issuer` NULL: self-signed. */
struct tls_certificate chain_maker_sign(const struct tls_certificate_options *options,
                                        const struct tls_certificate *issuer);
/* The certificates one after another, in a file of the scratch folder. */
const char *chain_maker_file(const char *name,
                             const struct tls_certificate *const *certificates);

#endif
