#include "relay-client/agent/control.h"
#include "relay-client/commands/commands.h"
#include "relay-client/commands/settle_command.h"

enum command_exit drop_command(struct command_call *call)
{
    static const struct settle_command words = {
        .decision = JOURNAL_DROP,
        .type = "drop",
        .path = CONTROL_DROP,
        .one = "is dropped: the bot will not get it.",
        .many = "are dropped: the bot will not get them.",
        .one_alone = "is dropped: the bot will not get it.",
        .many_alone = "are dropped: the bot will not get them.",
        .none = "Nothing is pending or set aside.",
    };

    return settle_command_run(call, &words);
}
