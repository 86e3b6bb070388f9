#include "relay-client/agent/control.h"
#include "relay-client/commands/commands.h"
#include "relay-client/commands/settle_command.h"

enum command_exit retry_command(struct command_call *call)
{
    static const struct settle_command words = {
        .decision = JOURNAL_RETRY,
        .type = "retry",
        .path = CONTROL_RETRY,
        .one = "is tried again now.",
        .many = "are tried again now, the oldest first.",
        .one_alone = "will be tried again when `hookline up` runs.",
        .many_alone = "will be tried again when `hookline up` runs, the oldest first.",
        .none = "Nothing is pending or set aside.",
    };

    return settle_command_run(call, &words);
}
