#ifndef CLIENT_SECRETS_H
#define CLIENT_SECRETS_H

#include "cli/settings/settings.h"
#include "codec/signature/signature.h"

/* The secrets of the settings, as the verifier takes them: "SECRET" is LINE's channel
 * secret, "github=SECRET" another provider's. */

#define SECRETS_MAX 64u

struct secrets {
    struct signature_secret list[SECRETS_MAX]; /* borrow from the settings */
    char labels[SECRETS_MAX][32];              /* "line 1", "github 2" */
    size_t len;
};

void secrets_read(struct secrets *out, const struct settings *settings);
/* A LINE secret that is not 32 hexadecimal digits is more likely an access token. */
bool secrets_is_plausible(const struct signature_secret *secret);
/* What looks wrong with them, for a warning.  NULL: nothing. */
const char *secrets_doubt(const struct secrets *s);
/* The one to sign with for `provider`, the first of its kind; NULL: none. */
const struct signature_secret *secrets_for(const struct secrets *s,
                                           const struct signature_provider *provider);

#endif
