#ifndef CODEC_SIGNATURE_GUESS_H
#define CODEC_SIGNATURE_GUESS_H

#include "codec/signature/signature.h"
#include "codec/signature/signature_trace.h"

/* Keys that a wrong handling of a secret leads to.  Used by signature_diagnosis only;
 * docs/signatures.md explains each. */

#define SIGNATURE_GUESS_MAX 258u /* bytes of a key; longer secrets are not guessed at */

/* Guesses 0 .. signature_guess_count() - 1. */
size_t signature_guess_count(void);
/* Bytes written to `key`, which the caller wipes; 0 when the guess does not apply. */
size_t signature_guess_make(size_t index, const struct signature_secret *secret,
                            uint8_t key[static SIGNATURE_GUESS_MAX]);
/* Continues "The signature fits <secret> ..." */
const char *signature_guess_meaning(size_t index);
const struct signature_cause *signature_guess_cause(size_t index);

#endif
