#ifndef SERVER_INBOX_COMMAND_H
#define SERVER_INBOX_COMMAND_H

#include "cli/command.h"
#include "store/database.h"

/* What the `inbox` commands share.  All failures have been said on call->err. */

/* Where inbox.db is, or, of its folder, another file. */
MUST_CHECK enum err inbox_command_path(const struct command_call *call, const char *name,
                                       char out[static PATHS_MAX]);

/* Opens it to look only; a relay may be at work.  ERR_NOT_FOUND, not said: there is none,
 * so that nothing is in it.  ERR_CORRUPT, not said: `detail` says why. */
MUST_CHECK enum err inbox_command_open(const struct command_call *call, struct database **out,
                                       char detail[static DETAIL_MAX]);

#endif
