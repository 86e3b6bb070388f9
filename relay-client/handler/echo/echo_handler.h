#ifndef CLIENT_HANDLER_ECHO_HANDLER_H
#define CLIENT_HANDLER_ECHO_HANDLER_H

#include "relay-client/handler/handler.h"

/* Behind handler_open_echo. */
MUST_CHECK enum err echo_handler_open(struct loop *l, struct handler **out);

#endif
