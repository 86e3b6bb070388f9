#ifndef CLIENT_LINEAPI_GATE_H
#define CLIENT_LINEAPI_GATE_H

#include "codec/http/http_head.h"

/* Only programs call the port: a pure decision over the head.  A web page that somebody has
 * open could send requests here too, also under a name of its own that it has pointed at this
 * machine (threats E1). */

/* NULL: it may pass; else why not, static. */
const char *lineapi_gate_check(const struct http_head *head);

#endif
