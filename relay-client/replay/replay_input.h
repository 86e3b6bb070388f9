#ifndef CLIENT_REPLAY_REPLAY_INPUT_H
#define CLIENT_REPLAY_REPLAY_INPUT_H

#include "cli/command.h"

/* Appends what is in a file that the user named by `flag`, "-" for standard input, to `out`,
 * whose maximum is the limit.  Failures are said on call->err. */
MUST_CHECK enum err replay_input_read(struct command_call *call, const char *flag,
                                      const char *file, struct bytes *out);

#endif
