#ifndef CLIENT_LINEAPI_WORKS_GATE_H
#define CLIENT_LINEAPI_WORKS_GATE_H

#include "relay-client/lineapi/emulate/emulated_call.h"
#include "relay-client/lineapi/emulate/works/works_store.h"

/* What stands before each operation of LINE WORKS, and its way to refuse. */

struct works_store *works_gate_store(const struct emulated_call *c);

/* Access token (401, 403), rate (429, with the rateLimit fields of every answer), the bot's
 * number (404) and the body's type and JSON (400).  False: refused. */
bool works_gate_pass(struct emulated_call *c);

/* {"code": "INVALID_PARAMETER", "description": ...}, printf. */
__attribute__((format(printf, 4, 5))) void works_gate_refuse(struct emulated_call *c,
                                                             unsigned status, const char *code,
                                                             const char *description, ...);

#endif
