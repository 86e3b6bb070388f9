#ifndef CODEC_SIGNATURE_VERIFY_H
#define CODEC_SIGNATURE_VERIFY_H

#include "codec/signature/signature.h"
#include "codec/signature/signature_trace.h"

/* signature_verify, and what it went through.  Used by signature_evidence only. */

struct signature_verify_request {
    const struct http_head *head;
    struct span body;
    const struct signature_secret *secrets;
    size_t secrets_len;
    uint64_t wall_ms;
};

/* ERR_NOMEM only. */
MUST_CHECK enum err signature_verify_traced(const struct signature_verify_request *r,
                                            struct signature_check *out,
                                            struct signature_trace *trace);

#endif
