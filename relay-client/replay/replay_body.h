#ifndef CLIENT_REPLAY_REPLAY_BODY_H
#define CLIENT_REPLAY_REPLAY_BODY_H

#include "cli/command.h"

/* What `hookline replay` is told to change in the body; everything else stays byte for
 * byte.  In this order: --body, --set, --edit. */

/* `body`, of at most REPLAY_BODY_MAX, holds the recorded one, and afterwards what is to be
 * sent (before its events are made new).  Failures are said on call->err. */
MUST_CHECK enum err replay_body_change(struct command_call *call, struct bytes *body);

#endif
