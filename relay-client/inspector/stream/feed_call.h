#ifndef CLIENT_INSPECTOR_STREAM_FEED_CALL_H
#define CLIENT_INSPECTOR_STREAM_FEED_CALL_H

#include "relay-client/inspector/stream/feed_hub.h"
#include "relay-client/journal/journal_watch.h"

/* `call`: the bot has called LINE's API.  Only so many in a second are told one by one;
 * after a second the pages are then to ask for everything again. */
#define FEED_CALL_MAX   50u /* in a second */
#define FEED_CALL_CHATS 20u /* told of one; of more, "*" */

void feed_call_tell(struct feed_hub *h, const struct journal_news_call *news);

#endif
