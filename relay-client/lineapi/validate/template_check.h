#ifndef CLIENT_LINEAPI_TEMPLATE_CHECK_H
#define CLIENT_LINEAPI_TEMPLATE_CHECK_H

#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/message_check.h"

/* A template message: buttons, confirm, carousel, image_carousel. */
void template_check(const struct field_scope *message, const struct message_check *c);

#endif
