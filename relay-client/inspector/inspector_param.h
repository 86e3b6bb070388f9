#ifndef CLIENT_INSPECTOR_INSPECTOR_PARAM_H
#define CLIENT_INSPECTOR_INSPECTOR_PARAM_H

#include "relay-client/inspector/inspector_route.h"

/* Parameters of a request target, decoded strictly: %XX with two hexadecimal digits, the
 * result UTF-8 without NUL, no name twice, no more than INSPECTOR_PARAMS_MAX. */

/* Does this path fit the pattern?  What stands for "{name}" is a whole, non-empty segment. */
bool inspector_param_path_fits(const char *pattern, struct span path);
/* How many segments of the pattern are not "{name}". */
unsigned inspector_param_literals(const char *pattern);
/* Of a path that fits, and the query behind it (without its "?").  ERR_SYNTAX, ERR_LIMIT,
 * ERR_NOMEM; `out` is empty then. */
MUST_CHECK enum err inspector_param_read(const char *pattern, struct span path,
                                         struct span query, struct inspector_params *out);
void inspector_param_free(struct inspector_params *p);
/* A NUL-terminated copy; `plus`: + is a space. */
MUST_CHECK enum err inspector_param_decode(struct span text, bool plus, char **out);

#endif
