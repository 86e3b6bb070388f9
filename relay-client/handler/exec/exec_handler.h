#ifndef CLIENT_HANDLER_EXEC_HANDLER_H
#define CLIENT_HANDLER_EXEC_HANDLER_H

#include "relay-client/handler/handler.h"

/* Behind handler_open_exec. */
MUST_CHECK enum err exec_handler_open(struct loop *l,
                                      const struct exec_handler_options *options,
                                      struct handler **out, char detail[static 256]);

#endif
