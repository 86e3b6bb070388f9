/* `hookline-relay inbox retry`: sends deliveries again that were set aside. */
#include "relay-server/commands.h"
#include "relay-server/inbox/commands/inbox_change.h"

enum command_exit inbox_retry_command(struct command_call *call)
{
    return inbox_change_run(call, false);
}
