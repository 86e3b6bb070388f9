#include "codec/signature/signature_evidence.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/mem.h"
#include "codec/signature/signature_attempt.h"
#include "codec/signature/signature_diagnosis.h"
#include "codec/signature/signature_rewrite.h"

#include <stdio.h>

#define ENCODED_SIZE (2 * DIGEST_SHA256_LEN + 1) /* hexadecimal is the longer one */

/* The one that fits, else the first of this provider that makes a key. */
static bool find_key(const struct signature_verify_request *r, const struct signature_check *c,
                     uint8_t storage[static SIGNATURE_KEY_MAX], struct span *out)
{
    if (c->verdict == VERDICT_VALID)
        return signature_message_key(&r->secrets[c->matched], storage, out);
    for (size_t i = 0; i < r->secrets_len; i++)
        if (r->secrets[i].provider == c->provider &&
            signature_message_key(&r->secrets[i], storage, out))
            return true;
    return false;
}

static enum err encode(const struct signature_provider *p,
                       const uint8_t digest[static DIGEST_SHA256_LEN],
                       char out[static ENCODED_SIZE])
{
    if (p->encoding == SIGNATURE_BASE64)
        return base64_format(out, ENCODED_SIZE, digest, DIGEST_SHA256_LEN);
    hex_format(out, digest, DIGEST_SHA256_LEN);
    return OK;
}

static void compute(const struct signature_verify_request *r, struct signature_evidence *e)
{
    const struct signature_provider *p = e->check.provider;
    struct signature_attempt attempt;
    uint8_t storage[SIGNATURE_KEY_MAX];
    uint8_t digest[DIGEST_SHA256_LEN];
    char encoded[ENCODED_SIZE];
    struct span key;

    (void)signature_attempt_read(&attempt, p, r->head);
    (void)snprintf(e->received, sizeof(e->received), "%.*s", (int)attempt.value.len,
                   attempt.value.len > 0 ? attempt.value.ptr : "");
    if (find_key(r, &e->check, storage, &key)) {
        signature_message_mac(&attempt.message, DIGEST_SHA256, key, r->body, digest);
        if (!encode(p, digest, encoded))
            (void)snprintf(e->computed, sizeof(e->computed), "%s%s", p->prefix, encoded);
    }
    mem_wipe(storage, sizeof(storage));
}

static size_t first_difference(struct span a, struct span b)
{
    size_t i = 0;

    while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i])
        i++;
    return i;
}

enum err signature_evidence_find(const struct signature_verify_request *request,
                                 struct signature_evidence *out)
{
    *out = (struct signature_evidence){0};
    bytes_init(&out->signed_body, (size_t)2 * SIGNATURE_DIAGNOSIS_BODY_MAX);
    enum err rc = signature_verify_traced(request, &out->check, &out->trace);
    if (rc || !out->check.provider)
        return rc;
    compute(request, out);
    if (!out->trace.has_rewrite)
        return OK;
    rc = signature_rewrite_make(out->trace.rewrite, request->body, &out->signed_body);
    out->differs_at = first_difference(request->body, bytes_span(&out->signed_body));
    return rc;
}

void signature_evidence_fini(struct signature_evidence *e)
{
    bytes_fini(&e->signed_body);
}
