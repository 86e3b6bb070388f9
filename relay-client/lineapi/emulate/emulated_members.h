#ifndef CLIENT_LINEAPI_EMULATED_MEMBERS_H
#define CLIENT_LINEAPI_EMULATED_MEMBERS_H

#include "relay-client/lineapi/emulate/emulated_call.h"

/* Of which types the members of a request body are, as far as LINE looks before it looks at
 * their values.  Absent and null are fine here, and what is not listed. */

struct emulated_member {
    const char *name; /* NULL ends a table */
    enum json_kind kind;
};

/* False: the call is refused, "The property, to, in the request body is invalid (...)". */
bool emulated_members_check(struct emulated_call *c, const struct emulated_member *members);
/* The same answer, about the property that printf makes. */
__attribute__((format(printf, 2, 3))) void emulated_members_refuse(struct emulated_call *c,
                                                                   const char *property, ...);

#endif
