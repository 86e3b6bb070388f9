#ifndef CODEC_SIGNATURE_TRACE_H
#define CODEC_SIGNATURE_TRACE_H

#include <stdbool.h>
#include <stddef.h>

/* What a check of a signature tried and what it came to, for signature_evidence.  The words
 * are those of docs/signatures.md, for programs. */

struct signature_cause {
    const char *code; /* one of a dozen: "sig_rewritten"; what signature_check.code says */
    const char *name; /* exactly what: "json_stringify" */
};

#define SIGNATURE_TRIALS_MAX 64u

struct signature_trial {
    const char *name; /* of a cause */
    bool fits;
};

struct signature_trace {
    const struct signature_cause *cause; /* static; NULL: valid, or not checked */
    struct signature_trial tried[SIGNATURE_TRIALS_MAX];
    size_t tried_len;
    bool has_rewrite; /* signature_rewrite_make(rewrite, ...) is the body that fits */
    size_t rewrite;
};

/* One line for each cause, however often it is tried; it fits if it once did. */
void signature_trace_try(struct signature_trace *t, const char *name, bool fits);

#endif
