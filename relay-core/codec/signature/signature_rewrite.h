#ifndef CODEC_SIGNATURE_REWRITE_H
#define CODEC_SIGNATURE_REWRITE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/span.h"
#include "codec/signature/signature_trace.h"

/* What programs on the way do to a body: the list that a failed signature is tried
 * against.  Used by signature_diagnosis and
 * signature_evidence only; docs/signatures.md explains each. */

/* Rewrites 0 .. signature_rewrite_count() - 1, the likely ones first. */
size_t signature_rewrite_count(void);
/* Puts the rewritten body into `out`, which is cleared before.  When the rewrite does
 * not apply (no JSON, too long for `out`) it stays empty or is as `body`.
 * ERR_NOMEM only. */
MUST_CHECK enum err signature_rewrite_make(size_t index, struct span body, struct bytes *out);
/* One or two sentences: what it means when the signature fits this rewrite. */
const char *signature_rewrite_meaning(size_t index);
const struct signature_cause *signature_rewrite_cause(size_t index);

#endif
