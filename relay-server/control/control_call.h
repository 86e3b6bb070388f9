#ifndef SERVER_CONTROL_CALL_H
#define SERVER_CONTROL_CALL_H

#include "base/bytes.h"
#include "cli/command.h"

/* A question to the relay that runs on a folder (control_server.h), for commands: waits for
 * the answer, CONTROL_CALL_MS at most. */
#define CONTROL_CALL_MS 10000u

struct control_reply {
    unsigned status;
    struct bytes body; /* whole */
    char detail[256];  /* after a failure, or of a problem: what to tell the user */
};

struct control_question {
    const char *method, *target;
    struct span body; /* empty: none */
};

/* The socket of a command's --data, or of the usual folder.  ERR_LIMIT. */
MUST_CHECK enum err control_call_path(const struct command_call *call,
                                      char out[static PATHS_MAX]);
/* OK: there is an answer, though its status may be anything.  ERR_NOT_FOUND: no relay runs
 * there; ERR_DENIED: it is another user's; ERR_TIMEOUT; ERR_LIMIT, ERR_PROTOCOL, ERR_EOF ...
 * `out` must be given to control_call_fini in any case. */
MUST_CHECK enum err control_call(const char *path, const struct control_question *question,
                                 struct control_reply *out);
void control_call_fini(struct control_reply *r);

#endif
