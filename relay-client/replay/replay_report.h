#ifndef CLIENT_REPLAY_REPLAY_REPORT_H
#define CLIENT_REPLAY_REPLAY_REPORT_H

#include "cli/command.h"
#include "relay-client/replay/replay_run.h"

/* What `hookline replay` says of each sending, and with `replay_of` 0 `hookline trigger`: a
 * line for people, or JSON with --json. */
void replay_report_result(struct command_call *call, uint64_t replay_of,
                          const struct agent_call_result *result);
/* Of all together, if there were several. */
void replay_report_count(struct command_call *call, struct replay_run_count count);

#endif
