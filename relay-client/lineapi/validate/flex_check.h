#ifndef CLIENT_LINEAPI_FLEX_CHECK_H
#define CLIENT_LINEAPI_FLEX_CHECK_H

#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/message_check.h"

/* A Flex Message: a bubble, or a carousel of them; what stands inside is flex_component.h's. */

#define FLEX_CHECK_BUBBLE_MAX   ((size_t)30 * 1024) /* bytes of JSON */
#define FLEX_CHECK_CAROUSEL_MAX ((size_t)50 * 1024)
#define FLEX_CHECK_BUBBLES_MAX  12u
#define FLEX_CHECK_ANIMATED_MAX 10u /* images in one message */

void flex_check(const struct field_scope *message, const struct message_check *c);

#endif
