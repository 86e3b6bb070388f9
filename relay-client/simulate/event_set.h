#ifndef CLIENT_SIMULATE_EVENT_SET_H
#define CLIENT_SIMULATE_EVENT_SET_H

#include "relay-client/simulate/event_template.h"

#include "base/bytes.h"

/* Sets one value of an event, and leaves every other byte as it is. */

#define EVENT_SET_DEPTH 8u

/* Appends `event` to `out` with the value at `path` ("message.text", "source.userId"); objects
 * that are missing on the way there are made.  What stands for a text stays one; other values
 * are JSON, or a text if they are none.  `t` may be NULL.  ERR_SYNTAX: no such path can be;
 * ERR_LIMIT, ERR_NOMEM. */
MUST_CHECK enum err event_set(struct span event, const struct event_template *t,
                              struct span path, struct span value, struct bytes *out);

#endif
