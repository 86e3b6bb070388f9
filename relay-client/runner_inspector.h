#ifndef CLIENT_RUNNER_INSPECTOR_H
#define CLIENT_RUNNER_INSPECTOR_H

#include "relay-client/inspector/inspector.h"

/* The inspector as the settings want it. */

struct runner_inspector_result {
    struct inspector *inspector; /* NULL: not wanted */
    char notice[128];            /* that another port was taken than usual, or "" */
    char detail[512];            /* of a failure */
};

/* `options` but for `address` and `password`, which are the settings'.  The usual port may be
 * taken: then another one is found; one that the user named must be free.  A --forward or
 * --target that is the inspector itself is ERR_CONFIG: a webhook would be let into it. */
MUST_CHECK enum err runner_inspector_open(struct loop *l, struct inspector_options *options,
                                          struct runner_inspector_result *out);

#endif
