#ifndef CLIENT_HANDLER_FORWARD_HANDLER_H
#define CLIENT_HANDLER_FORWARD_HANDLER_H

#include "relay-client/handler/handler.h"

/* Behind handler_open_forward. */
MUST_CHECK enum err forward_handler_open(struct loop *l,
                                         const struct forward_handler_options *options,
                                         struct handler **out, char detail[static 256]);

#endif
