#ifndef CLIENT_LINEAPI_CALL_H
#define CLIENT_LINEAPI_CALL_H

#include "http/exchange.h"

/* One call of the bot's SDK: read, decided on, answered here or passed on, recorded. */

struct lineapi;

/* Takes `x` over; `head` is borrowed for the call.  It holds the port until it has ended. */
void lineapi_call_start(struct lineapi *a, struct exchange *x, const struct http_head *head);

#endif
