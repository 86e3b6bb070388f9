#ifndef CODEC_SIGNATURE_MESSAGE_H
#define CODEC_SIGNATURE_MESSAGE_H

#include "codec/digest.h"
#include "codec/signature/signature.h"

/* What a provider signs, and with which key: its template filled in.  Used by
 * signature_verify, signature_sign and signature_diagnosis only. */

#define SIGNATURE_KEY_MAX 256u /* bytes in a whsec_ secret; the specification: 64 */

struct signature_message {
    const struct signature_provider *provider;
    struct span timestamp, id; /* as they were sent */
};

void signature_message_mac(const struct signature_message *m, enum digest_kind kind,
                           struct span key, struct span body, uint8_t *out);

/* The key: the secret's text itself, or what was decoded into `storage`, which the
 * caller wipes.  False when the secret makes no key: it is empty or malformed. */
bool signature_message_key(const struct signature_secret *secret,
                           uint8_t storage[static SIGNATURE_KEY_MAX], struct span *out);

#endif
