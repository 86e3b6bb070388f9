#ifndef CLIENT_INSPECTOR_CHATS_CHAT_SAID_H
#define CLIENT_INSPECTOR_CHATS_CHAT_SAID_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/lookup/journal_calls.h"

/* The messages of a sending call, each with the id that it was given and what was said against
 * it: `messages` of the schema ChatItem. */

#define CHAT_SAID_MAX     5u /* LINE takes no more; of others the rest is not shown */
#define CHAT_SAID_MESSAGE (64u * 1024u) /* bytes; a longer one is null */

/* "messages": [...] */
void chat_said_member(struct json_writer *w, const struct journal_call_whole *call);
/* "sent", "emulated", "refused", "failed". */
const char *chat_said_state(const struct journal_call_row *row);

#endif
