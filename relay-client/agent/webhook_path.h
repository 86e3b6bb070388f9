#ifndef CLIENT_AGENT_WEBHOOK_PATH_H
#define CLIENT_AGENT_WEBHOOK_PATH_H

#include "base/span.h"

/* Is a request's target the path where webhooks arrive?  Servers are generous here:
 * /Callback/, //callback, /call%62ack, /x/../callback and /callback;v=1 may all reach the
 * same handler, so all of them count.  Otherwise an unsigned request could go round the
 * signature check by writing the path in another way. */
#define WEBHOOK_PATH_MAX 512u

/* `path` is configuration; `target` is the request's, with its query.  A target that is
 * longer than any way to write `path` does not match. */
bool webhook_path_matches(const char *path, struct span target);

#endif
