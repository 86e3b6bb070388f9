#ifndef CLIENT_INSPECTOR_CHATS_CHAT_LIST_H
#define CLIENT_INSPECTOR_CHATS_CHAT_LIST_H

#include "relay-client/inspector/inspector_route.h"

/* GET /api/chats: people, groups and rooms, the latest first. */
enum err chat_list_read(struct inspector_reading *r);

#endif
