#ifndef CODEC_SIGNATURE_DIAGNOSIS_H
#define CODEC_SIGNATURE_DIAGNOSIS_H

#include "codec/signature/signature_attempt.h"
#include "codec/signature/signature_trace.h"

/* Why a signature does not fit: tries what goes wrong in practice, one cause at a
 * time, and names the one that fits.  Used by signature_verify only; the list with
 * its remedies is docs/signatures.md.  Bounded by the limits below. */

#define SIGNATURE_DIAGNOSIS_BODY_MAX (256u * 1024u)  /* larger ones are not rewritten */
#define SIGNATURE_DIAGNOSIS_WORK_MAX (8192u * 1024u) /* bytes rewritten and hashed in all */

struct signature_case {
    const struct signature_attempt *attempt; /* of good shape, but no secret fits */
    struct span body;
    const struct signature_secret *secrets;
    size_t secrets_len;
    struct signature_trace *trace; /* written */
};

/* Writes `explanation` and c->trace.  ERR_NOMEM only. */
MUST_CHECK enum err signature_diagnosis(const struct signature_case *c, char *explanation,
                                        size_t size);

#endif
