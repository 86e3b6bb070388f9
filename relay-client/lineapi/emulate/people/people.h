#ifndef CLIENT_LINEAPI_PEOPLE_H
#define CLIENT_LINEAPI_PEOPLE_H

#include "relay-client/lineapi/emulate/emulator_impl.h"

/* Whom an emulated account knows: who was put there, who was in an event that the bot was
 * given, and whoever has an id of our mint. */

/* "U", "C" or "R" and 32 hexadecimal digits; `kinds`: "U", or "UCR". */
bool people_is_id(struct span text, const char *kinds);
/* A user who can be spoken to: known, and has not blocked the account. */
bool people_has_user(const struct emulator *e, struct span user);
/* A group or a room that the account is in. */
bool people_has_chat(const struct emulator *e, struct span chat);
/* Known not to take messages: it has left, or was made to. */
bool people_has_left(const struct emulator *e, struct span chat);

/* The language of a made-up name, BCP 47; it is in `out` of emulator_name. */
const char *people_language(const struct emulator *e, struct span id);

#endif
