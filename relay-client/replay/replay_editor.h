#ifndef CLIENT_REPLAY_REPLAY_EDITOR_H
#define CLIENT_REPLAY_REPLAY_EDITOR_H

#include "cli/command.h"

/* Opens `body` in $VISUAL, $EDITOR or vi, in a private temporary file, and reads it back.
 * ERR_CANCELLED when the editor failed; said on call->err. */
MUST_CHECK enum err replay_editor_edit(struct command_call *call, struct bytes *body);

#endif
