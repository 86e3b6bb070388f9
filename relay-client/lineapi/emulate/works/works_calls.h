#ifndef CLIENT_LINEAPI_WORKS_CALLS_H
#define CLIENT_LINEAPI_WORKS_CALLS_H

#include "relay-client/lineapi/emulate/emulated_call.h"

/* The operations of LINE WORKS (API 2.0), behind emulate_works_table.c, by the file they are
 * in. */

void works_token_issue(struct emulated_call *c);

void works_message_to_user(struct emulated_call *c);
void works_message_to_channel(struct emulated_call *c);

void works_attachment_create(struct emulated_call *c);
void works_attachment_upload(struct emulated_call *c);

#endif
