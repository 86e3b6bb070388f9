#ifndef STORE_DATABASE_FUNCTION_H
#define STORE_DATABASE_FUNCTION_H

#include "base/span.h"
#include "store/database.h"

#include <stdbool.h>

/* A predicate for SQL that SQL itself does not have: name(a, b), of two texts or blobs.  The
 * same arguments always give the same answer.  NULL in either is false, without a call. */
struct database_function {
    const char *name;
    /* The spans are borrowed for the call.  A failure ends the statement with it: ERR_NOMEM,
     * or ERR_LIMIT for all others. */
    enum err (*is)(struct span a, struct span b, bool *out);
};

/* For statements that are prepared from now on; `f` is borrowed until database_close. */
MUST_CHECK enum err database_function_define(struct database *db,
                                             const struct database_function *f);

#endif
