#ifndef CLIENT_SCENARIO_SCENARIO_EVENT_H
#define CLIENT_SCENARIO_SCENARIO_EVENT_H

#include "relay-client/scenario/scenario_file.h"

/* The event that a step sends: a piece of one, which simulate/ completes.  Appended to `out`.
 * ERR_SYNTAX, ERR_UNSUPPORTED with `detail`, for people. */

#define SCENARIO_EVENT_DETAIL 200u

MUST_CHECK enum err scenario_event_of_send(const struct scenario_step *s, struct bytes *out,
                                           char detail[static SCENARIO_EVENT_DETAIL]);
/* What LINE sends when this action object is tapped, and `value` (or NULL) picked;
 * ERR_UNSUPPORTED: nothing.  ERR_NOT_FOUND: a value is wanted. */
MUST_CHECK enum err scenario_event_of_action(const struct json_value *action, const char *value,
                                             struct bytes *out,
                                             char detail[static SCENARIO_EVENT_DETAIL]);

#endif
