#ifndef CLIENT_LINEAPI_MESSAGE_SENDING_H
#define CLIENT_LINEAPI_MESSAGE_SENDING_H

#include "relay-client/lineapi/emulate/emulator_impl.h"
#include "relay-client/lineapi/emulate/message/sent_counts.h"

/* What the five sending operations have in common. */

/* Of "customAggregationUnits": at most one name; what is wrong with it. */
void message_sending_check_units(const struct emulated_call *c,
                                 struct lineapi_problems *problems);

/* A request that is right: is there quota left for it?  False: the call is refused. */
bool message_sending_has_quota(struct emulated_call *c, uint64_t people);
/* Messages that may still be sent this month; UINT64_MAX: no limit. */
uint64_t message_sending_left(const struct emulator *e, uint64_t now_ms);

/* Answers with sentMessages (reply, push) or {}, remembers the retry key, counts.  False: no
 * memory, nothing was sent. */
bool message_sending_accept(struct emulated_call *c, enum sent_kind kind, uint64_t people);

#endif
