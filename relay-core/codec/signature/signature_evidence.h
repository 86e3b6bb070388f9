#ifndef CODEC_SIGNATURE_EVIDENCE_H
#define CODEC_SIGNATURE_EVIDENCE_H

#include "base/bytes.h"
#include "codec/signature/signature_verify.h"

/* Why a signature was not right, in detail, for who has the request and the secrets before
 * him: the check done again, and what it went through.  Secrets are never part of it; the
 * signatures are, so it is for the user's own eyes, never for who sent the request.
 *
 * Life: signature_evidence_find -> signature_evidence_fini (also after a failure) */

struct signature_evidence {
    struct signature_check check;
    struct signature_trace trace;
    /* As in the header: what came (cut to the room), and what the first secret of the
     * provider that makes a key would have given; "" when there is none. */
    char received[SIGNATURE_TEXT_MAX];
    char computed[SIGNATURE_TEXT_MAX];
    struct bytes signed_body; /* that the signature fits, if it is another one; or empty */
    size_t differs_at;        /* the first byte of it that is not as in the body */
};

/* ERR_NOMEM only. */
MUST_CHECK enum err signature_evidence_find(const struct signature_verify_request *request,
                                            struct signature_evidence *out);
void signature_evidence_fini(struct signature_evidence *e);

#endif
