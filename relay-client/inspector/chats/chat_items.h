#ifndef CLIENT_INSPECTOR_CHATS_CHAT_ITEMS_H
#define CLIENT_INSPECTOR_CHATS_CHAT_ITEMS_H

#include "relay-client/inspector/inspector_route.h"

/* GET /api/chats/{chat}/items: what was said and done in one, the latest first. */
enum err chat_items_read(struct inspector_reading *r);

#endif
