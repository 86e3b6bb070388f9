#ifndef CLIENT_LINEAPI_PROBLEMS_H
#define CLIENT_LINEAPI_PROBLEMS_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

/* What is wrong with a request body, as LINE says it: {"message": "May not be empty",
 * "property": "messages[0].text"}.  The first LINEAPI_PROBLEMS_MAX are kept, all counted.
 * Nothing to free. */

#define LINEAPI_PROBLEMS_MAX 20u

struct lineapi_problem {
    char property[160]; /* cut */
    char message[160];
};

struct lineapi_problems {
    struct lineapi_problem list[LINEAPI_PROBLEMS_MAX];
    size_t len, total;
};

/* Where a check is: the path to a value, "messages[0].template.actions[1]". */
struct lineapi_place {
    const struct lineapi_place *parent; /* borrowed; NULL: the body */
    const char *name;                   /* NULL: an element */
    size_t index;
};

/* printf of the message; `place` and `name` (or NULL) make the property. */
__attribute__((format(printf, 4, 5))) void
lineapi_problems_add(struct lineapi_problems *p, const struct lineapi_place *place,
                     const char *name, const char *message, ...);

#endif
