#ifndef CLIENT_LINEAPI_EMULATED_STEPS_H
#define CLIENT_LINEAPI_EMULATED_STEPS_H

#include "relay-client/lineapi/emulate/emulator_impl.h"

/* What LINE looks at before an operation's own rules (Messaging API reference, "Status codes",
 * "Error responses"): access token, rate, size, content type, JSON, retry key. */

/* False: the call is refused. */
bool emulated_steps_run(struct emulator *e, struct emulated_call *c);

#endif
