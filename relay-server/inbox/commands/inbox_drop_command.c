/* `hookline-relay inbox drop`: deletes deliveries for good. */
#include "relay-server/commands.h"
#include "relay-server/inbox/commands/inbox_change.h"

enum command_exit inbox_drop_command(struct command_call *call)
{
    return inbox_change_run(call, true);
}
