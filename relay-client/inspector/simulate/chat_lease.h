#ifndef CLIENT_INSPECTOR_SIMULATE_CHAT_LEASE_H
#define CLIENT_INSPECTOR_SIMULATE_CHAT_LEASE_H

#include "relay-client/inspector/inspector_route.h"

/* `/api/chats/{chat}/lease`: while somebody writes in the Conversation, nothing that the bot
 * pushes reaches a real person (lineapi/push_guard.h).  One lease for all chats: who writes in
 * two holds it by either. */

#define CHAT_LEASE_MS 30000u

void chat_lease_hold(struct inspector_request *request); /* POST */
void chat_lease_end(struct inspector_request *request);  /* DELETE */

#endif
