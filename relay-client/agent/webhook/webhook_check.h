#ifndef CLIENT_AGENT_WEBHOOK_CHECK_H
#define CLIENT_AGENT_WEBHOOK_CHECK_H

#include "relay-client/agent/recording.h"

/* The signature of a recorded webhook: its verdict, with the cause, and what follows. */

MUST_CHECK enum err webhook_check_verify(struct recording *r);
/* To the handler? */
bool webhook_check_may_pass(const struct recording *r);

#endif
