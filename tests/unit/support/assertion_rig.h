/* Keys for an emulator of emulator_rig.h, and assertions that are signed with them. */
#ifndef TESTS_UNIT_SUPPORT_ASSERTION_RIG_H
#define TESTS_UNIT_SUPPORT_ASSERTION_RIG_H

#include "unit/support/emulator_rig.h"

#define ASSERTION_RIG_CHANNEL "1234567890"
#define ASSERTION_RIG_SECRET  "00112233445566778899aabbccddeeff"
#define ASSERTION_RIG_NOW_S   (EMULATOR_RIG_MS / 1000)

/* emulator_rig_open, with a channel's id, secret, and key 0, "kid" k1, as its public JWK. */
void assertion_rig_open(void);
void assertion_rig_close(void);

/* "client_assertion_type=...&client_assertion=..." of these claims, signed with key `index`;
 * until the next call.  NULL: of what LINE takes. */
const char *assertion_rig_form(int index, const char *claims);
const char *assertion_rig_form_with(int index, const char *header, const char *claims);

/* A form, without an access token. */
unsigned assertion_rig_post(const char *target, const char *form);
/* {"error": ..., "error_description": ...}, with 400. */
void assertion_rig_check(const char *error, const char *description);

#endif
