#ifndef CLIENT_LINEAPI_QUICK_REPLY_CHECK_H
#define CLIENT_LINEAPI_QUICK_REPLY_CHECK_H

#include "relay-client/lineapi/validate/field_check.h"

/* What every message may have: buttons under it, and another name and face of the sender. */

void quick_reply_check(const struct field_scope *message);
void quick_reply_check_sender(const struct field_scope *message);

#endif
