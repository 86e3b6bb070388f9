#ifndef CLIENT_LINEAPI_TOKEN_CALLS_H
#define CLIENT_LINEAPI_TOKEN_CALLS_H

#include "relay-client/lineapi/emulate/emulated_call.h"

/* The operations on channel access tokens, behind emulate_token_table.c, by the file they are
 * in. */

void token_issue_stateless(struct emulated_call *c);
void token_issue_v21(struct emulated_call *c);
void token_issue_short(struct emulated_call *c);

void token_verify_v21(struct emulated_call *c);
void token_verify_short(struct emulated_call *c);
void token_verify_kids(struct emulated_call *c);

void token_revoke_v21(struct emulated_call *c);
void token_revoke_short(struct emulated_call *c);

#endif
