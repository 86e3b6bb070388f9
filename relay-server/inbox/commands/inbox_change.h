#ifndef SERVER_INBOX_CHANGE_H
#define SERVER_INBOX_CHANGE_H

#include "cli/command.h"

/* What the owner decides about deliveries that are set aside (SEQ or --all): they are sent
 * again, or dropped.  Dropped may be any single one. */
enum command_exit inbox_change_run(struct command_call *call, bool is_drop);

#endif
