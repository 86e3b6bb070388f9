#ifndef CLIENT_INSPECTOR_EXPORT_EXPORT_FLAG_H
#define CLIENT_INSPECTOR_EXPORT_EXPORT_FLAG_H

#include "relay-client/inspector/inspector_route.h"

/* The parameter `signature`: "true", "false", or absent, which is false.  False: it is
 * something else, and the reply is a problem. */
MUST_CHECK bool export_flag_signature(const struct inspector_params *params,
                                      struct inspector_reply *reply, bool *out);

#endif
