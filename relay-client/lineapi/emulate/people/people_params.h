#ifndef CLIENT_LINEAPI_PEOPLE_PARAMS_H
#define CLIENT_LINEAPI_PEOPLE_PARAMS_H

#include "relay-client/lineapi/emulate/people/people.h"

/* Ids in paths: LINE looks at their form first, then whether it knows them. */

/* The parameter at `index` is the id of a user; false: refused, 400. */
bool people_params_is_user(struct emulated_call *c, size_t index);
/* The first parameter is a group or a room that the account is in; false: refused, 400, 404. */
bool people_params_has_chat(struct emulated_call *c);

#endif
