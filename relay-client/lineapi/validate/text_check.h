#ifndef CLIENT_LINEAPI_TEXT_CHECK_H
#define CLIENT_LINEAPI_TEXT_CHECK_H

#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/message_check.h"

/* Messages of text: the whole of text, and of textV2 with its placeholders. */

void text_check_plain(const struct field_scope *message, const struct message_check *c);
void text_check_v2(const struct field_scope *message, const struct message_check *c);

#endif
