#ifndef CLIENT_REPLAY_REPLAY_SIGN_H
#define CLIENT_REPLAY_REPLAY_SIGN_H

#include "base/random.h"
#include "codec/signature/signature.h"

/* Signatures of what is sent to a bot: right, wrong, or none. */

/* Something that is to be signed. */
struct replay_signing {
    struct http_head *head; /* gets the fields */
    struct span body;
    uint64_t now_ms;
    struct signature_fields *storage;
};
/* ERR_USAGE: the provider signs the field webhook-id, and there is none. */
MUST_CHECK enum err replay_sign_by(const struct replay_signing *s,
                                   const struct signature_secret *secret);
/* By a secret that nobody has; it looks like a right one. */
MUST_CHECK enum err replay_sign_wrongly(const struct replay_signing *s,
                                        const struct signature_provider *provider,
                                        struct random *random);
/* No provider's signature is left. */
void replay_sign_remove(struct http_head *head);

#endif
