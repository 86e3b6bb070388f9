#ifndef CLIENT_LINE_LINE_CHANNEL_H
#define CLIENT_LINE_LINE_CHANNEL_H

#include "relay-client/line/line_client.h"

/* What LINE knows of a channel, and the webhook's address there (Messaging API reference,
 * "Webhook settings", "Bot").  Each call ends with `done`, from the loop, once. */

#define LINE_CHANNEL_URL_MAX 500u /* characters of a webhook's address, LINE's limit */

struct line_channel_answer {
    /* OK.  ERR_NOT_FOUND: no address is set.  ERR_DENIED: LINE does not take the credentials.
     * ERR_LIMIT: asked too often.  ERR_CONFIG: LINE does not take the address.  ERR_IO: LINE
     * could not be asked.  Others: it was not understood. */
    enum err why;
    char detail[512]; /* of a failure: what happened, and what to do */
    /* of line_channel_bot */
    char bot_id[40], basic_id[64], name[128];
    bool is_chat_on; /* people answer in the chat of LINE's own manager, too */
    /* of line_channel_webhook */
    char url[LINE_CHANNEL_URL_MAX * 4 + 1];
    bool is_active; /* "Use webhook" is on */
    /* of line_channel_test */
    bool is_good;
    char reason[32], reason_detail[256]; /* LINE's words: line_reason.h explains them */
};

struct line_channel_ask {
    struct line_client *client; /* borrowed until `done` */
    void (*done)(void *owner, const struct line_channel_answer *answer); /* borrowed */
    void *owner;
};

MUST_CHECK enum err line_channel_bot(const struct line_channel_ask *ask);
MUST_CHECK enum err line_channel_webhook(const struct line_channel_ask *ask);
/* LINE may go on sending to the address before for a minute. */
MUST_CHECK enum err line_channel_set(const struct line_channel_ask *ask, const char *url);
/* LINE sends a webhook without events there, now, and says how that went; nothing is changed.
 * NULL: to the address that is set.  At most 60 in an hour. */
MUST_CHECK enum err line_channel_test(const struct line_channel_ask *ask, const char *url);

#endif
