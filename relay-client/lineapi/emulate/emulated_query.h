#ifndef CLIENT_LINEAPI_EMULATED_QUERY_H
#define CLIENT_LINEAPI_EMULATED_QUERY_H

#include "base/span.h"

/* application/x-www-form-urlencoded, of queries and of forms. */

/* The first value of `name`, decoded and NUL-terminated, into `out`; false: absent, longer, or
 * with a NUL character.  A percent sign without two digits stands for itself. */
bool emulated_query_find(struct span text, const char *name, char *out, size_t size);
/* Is there a value of `name`, whatever it is? */
bool emulated_query_has(struct span text, const char *name);

#endif
