#ifndef CLIENT_HANDLER_ECHO_HANDLER_H
#define CLIENT_HANDLER_ECHO_HANDLER_H

#include "relay-client/handler/handler.h"

/* Behind handler_open_echo and handler_open_echo_bot: `port` NULL is the first. */
MUST_CHECK enum err echo_handler_open(struct loop *l, struct lineapi *port,
                                      struct handler **out, char detail[static 512]);

#endif
