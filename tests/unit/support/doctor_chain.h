/* Certificates for "localhost", below an authority of the test's own with one intermediate,
 * as files for a relay that an examination looks at.  In the scratch folder, made anew. */
#ifndef TESTS_UNIT_SUPPORT_DOCTOR_CHAIN_H
#define TESTS_UNIT_SUPPORT_DOCTOR_CHAIN_H

#include "net/tls/tls_certificate.h"
#include "net/tls/tls_context.h"

#define DOCTOR_CHAIN_DAY UINT64_C(86400000)

struct doctor_chain_set {
    struct tls_certificate root, intermediate, leaf;
    const char *ca_file; /* the root */
    struct tls_identity identity;
};

struct doctor_chain_wish {
    const char *name;              /* NULL: "localhost" */
    int64_t from_days, until_days; /* of the leaf, from now; both 0: -1 to 60 */
    bool is_self_signed;
    bool leaves_out;                    /* the intermediate is not sent */
    bool is_reversed;                   /* the intermediate comes first */
    enum tls_certificate_digest digest; /* of the leaf's signature */
};

void doctor_chain_make(const struct doctor_chain_wish *wish, struct doctor_chain_set *out);
void doctor_chain_fini(struct doctor_chain_set *c);

#endif
