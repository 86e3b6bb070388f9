#ifndef CLIENT_SIMULATE_TRIGGER_LIST_H
#define CLIENT_SIMULATE_TRIGGER_LIST_H

#include "cli/command.h"

/* `hookline trigger --list`: everything that can be triggered, or with --json an object for
 * each. */
void trigger_list_print(struct command_call *call);

#endif
