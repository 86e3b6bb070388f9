#ifndef CLIENT_INSPECTOR_SIMULATE_CHAT_MAKE_H
#define CLIENT_INSPECTOR_SIMULATE_CHAT_MAKE_H

#include "relay-client/inspector/inspector_route.h"

/* `POST /api/chats`: a test user, group or room, whose id is the mint's.  One of a name that
 * was made before, also by `hookline trigger --as`, is the same one. */
void chat_make_act(struct inspector_request *request);

#endif
