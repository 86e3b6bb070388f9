#ifndef CLIENT_HANDLER_EXEC_EXPLANATION_H
#define CLIENT_HANDLER_EXEC_EXPLANATION_H

#include "base/bytes.h"

/* Why a command did not answer, and what it said about it itself: `reason`, then the end
 * of its standard error line by line, escaped, so that a traceback stays one. */
MUST_CHECK enum err exec_explanation_format(struct bytes *out, const char *reason,
                                            struct span errors);

/* Enough for what exec_process.h keeps of the errors: escaping makes six bytes of one. */
#define EXEC_EXPLANATION_MAX ((size_t)16 * 1024)

#endif
