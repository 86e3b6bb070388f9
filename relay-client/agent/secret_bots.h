#ifndef CLIENT_AGENT_SECRET_BOTS_H
#define CLIENT_AGENT_SECRET_BOTS_H

#include "codec/signature/signature.h"

/* Which bot a channel secret belongs to, learnt from the webhooks that it signed: a later
 * one that it did not sign, and that is meant for another bot, can then be told from a
 * forged one (docs/signatures.md).
 *
 * Life: secret_bots_init -> secret_bots_learn ... -> secret_bots_fini. */

#define SECRET_BOT_SIZE 34u /* "U" and 32 digits */

struct secret_bots {
    struct signature_secret *secrets; /* owned: the given ones, and what was learnt */
    char (*bots)[SECRET_BOT_SIZE];    /* owned; one for each, "" unknown */
    size_t len;
};

/* Copies the list; the secrets themselves stay borrowed. */
MUST_CHECK enum err secret_bots_init(struct secret_bots *b,
                                     const struct signature_secret *secrets, size_t len);
void secret_bots_fini(struct secret_bots *b);
/* The secret with this index has signed a webhook for `destination`; what is no id of a
 * LINE bot is ignored, and so is all for a zeroed object. */
void secret_bots_learn(struct secret_bots *b, size_t index, const char *destination);

#endif
