#ifndef CLIENT_LINEAPI_IMAGEMAP_CHECK_H
#define CLIENT_LINEAPI_IMAGEMAP_CHECK_H

#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/message_check.h"

/* An imagemap: a picture whose areas can be tapped; its actions are not those of
 * action_check.h. */
void imagemap_check(const struct field_scope *message, const struct message_check *c);

#endif
