#ifndef CODEC_SIGNATURE_MALFORMED_H
#define CODEC_SIGNATURE_MALFORMED_H

#include "codec/signature/signature_attempt.h"
#include "codec/signature/signature_trace.h"

/* What is wrong with a signature field that cannot be read, and whether it would be
 * right if it were written differently.  Used by signature_verify only. */

struct signature_malformed {
    const struct signature_attempt *attempt;
    enum signature_shape shape; /* not GOOD */
    struct span body;
    const struct signature_secret *secrets;
    size_t secrets_len;
    struct signature_trace *trace; /* written */
};

void signature_malformed_explain(const struct signature_malformed *m, char *explanation,
                                 size_t size);

#endif
