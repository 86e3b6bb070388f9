#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_MESSAGE_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_MESSAGE_JSON_H

#include "codec/http/http_head.h"
#include "codec/json/json_writer.h"

/* A request or an answer as it was recorded: the schema Message of
 * docs/inspector-api.yaml. */

#define EXCHANGE_MESSAGE_JSON_BODY  (256u * 1024u) /* bytes shown; the rest is at `href` */
#define EXCHANGE_MESSAGE_JSON_BRIEF (64u * 1024u)

struct exchange_message {
    const struct http_head *head; /* has a status: an answer */
    struct span body;
    uint64_t size; /* of the whole body, if more than what was recorded */
    bool is_truncated;
    const char *href; /* of the exact bytes */
    bool is_brief;    /* nothing is shown of a body over EXCHANGE_MESSAGE_JSON_BRIEF */
};

/* The object.  ERR_NOMEM. */
MUST_CHECK enum err exchange_message_json(struct json_writer *w,
                                          const struct exchange_message *m);

#endif
