#include "relay-client/inspector/chats/chat_items.h"
#include "relay-client/inspector/chats/chat_list.h"

const struct inspector_route inspector_chat_routes[] = {
    {.method = "GET", .pattern = "/api/chats", .read = chat_list_read},
    {.method = "GET", .pattern = "/api/chats/{chat}/items", .read = chat_items_read},
    {0},
};
