#ifndef CLIENT_INSPECTOR_CHATS_CHAT_CURSOR_H
#define CLIENT_INSPECTOR_CHATS_CHAT_CURSOR_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* A place in a conversation, between its events and calls: "e385" in front of that event,
 * "c3.17" in front of call 17, which was recorded when exchange 3 was the newest. */

#define CHAT_CURSOR_SIZE 64u

struct chat_cursor {
    bool is_call;
    uint64_t event;       /* id, of an event */
    uint64_t place, call; /* of a call */
};

/* False: not one of ours. */
bool chat_cursor_parse(struct span text, struct chat_cursor *out);
void chat_cursor_format(const struct chat_cursor *c, char out[static CHAT_CURSOR_SIZE]);

#endif
