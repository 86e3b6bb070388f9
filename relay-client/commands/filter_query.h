#ifndef CLIENT_FILTER_QUERY_H
#define CLIENT_FILTER_QUERY_H

#include "cli/command.h"
#include "relay-client/journal/query/journal_query.h"

/* The QUERY of `hookline list` and `hookline tail`: its arguments with spaces between them,
 * in the inspector's filter language. */

/* NULL in `out`: there is none.  COMMAND_USAGE: call->err has been told, with a line that
 * shows where the mistake is. */
enum command_exit filter_query_read(struct command_call *call, uint64_t now_ms,
                                    struct journal_query **out);

#endif
