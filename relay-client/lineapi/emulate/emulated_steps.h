#ifndef CLIENT_LINEAPI_EMULATED_STEPS_H
#define CLIENT_LINEAPI_EMULATED_STEPS_H

#include "relay-client/lineapi/emulate/emulator_impl.h"

/* What LINE looks at before an operation's own rules (Messaging API reference, "Status codes",
 * "Error responses"): access token, rate, size, content type, JSON, retry key. */

/* False: the call is refused. */
bool emulated_steps_run(struct emulator *e, struct emulated_call *c);
/* The call has its answer.  If that refuses it, its retry key is known from now on: a bot that
 * tries it again in an hour still answers what must not reach LINE. */
void emulated_steps_refused(struct emulator *e, const struct emulated_call *c);

#endif
