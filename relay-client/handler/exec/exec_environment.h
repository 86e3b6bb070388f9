#ifndef CLIENT_HANDLER_EXEC_ENVIRONMENT_H
#define CLIENT_HANDLER_EXEC_ENVIRONMENT_H

#include "base/bytes.h"
#include "relay-client/handler/handler.h"

/* The environment of a command that handles a request: the agent's own, and
 *
 *     REQUEST_METHOD REQUEST_URI PATH_INFO QUERY_STRING CONTENT_TYPE CONTENT_LENGTH
 *     HTTP_HOST HTTP_X_LINE_SIGNATURE ...   the fields (RFC 3875 §4.1.18)
 *     HOOKLINE_DELIVERY HOOKLINE_WEBHOOK (1 or 0) HOOKLINE_VERDICT HOOKLINE_REPLAY_OF
 *
 * Nobody outside can name another variable, or pass for another field: names become
 * upper case and may hold letters, digits and "-" only, a field with "_" in its name is
 * left out, and so is Proxy (HTTP_PROXY means something else).  Repeated fields are
 * joined with ", ".  Connection's own fields do not come through.
 * Variables of the agent that begin with HOOKLINE_ (its token) are not inherited. */
struct exec_environment {
    char **at;         /* owned, ends with NULL; inherited ones are borrowed */
    struct bytes text; /* the new ones, each with its NUL */
};

/* `body_len` becomes CONTENT_LENGTH.  Zeroed input is not needed.  Use it before the
 * process's own environment changes. */
MUST_CHECK enum err exec_environment_init(struct exec_environment *e,
                                          const struct handler_request *request,
                                          size_t body_len);
void exec_environment_fini(struct exec_environment *e);

#endif
