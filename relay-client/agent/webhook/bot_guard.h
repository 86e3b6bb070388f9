#ifndef CLIENT_AGENT_BOT_GUARD_H
#define CLIENT_AGENT_BOT_GUARD_H

#include "relay-client/agent/recording.h"

/* What the LINE API port must know of a webhook before the bot can act on it: its events, and
 * whether they are replayed or simulated; then nothing that the bot pushes may reach a real
 * person (lineapi/push_guard.h).
 *
 * Life: bot_guard_enter -> bot_guard_leave, which does nothing unless it was entered */

void bot_guard_enter(struct recording *r, bool *is_inside);
void bot_guard_leave(struct recording *r, bool *is_inside);

#endif
