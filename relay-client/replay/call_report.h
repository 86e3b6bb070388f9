#ifndef CLIENT_REPLAY_CALL_REPORT_H
#define CLIENT_REPLAY_CALL_REPORT_H

#include "cli/command.h"
#include "relay-client/journal/lookup/journal_calls.h"

/* Prints calls of the bot: a line each behind `label` ("now: "), or JSON with --json. */

void call_report_print(struct command_call *call, const char *label,
                       const struct journal_call_whole *made);
/* Those of one exchange that is in the journal; their number. */
size_t call_report_exchange(struct command_call *call, const char *label,
                            struct journal_reader *reader, uint64_t exchange);

#endif
