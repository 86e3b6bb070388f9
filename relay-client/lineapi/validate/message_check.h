#ifndef CLIENT_LINEAPI_MESSAGE_CHECK_H
#define CLIENT_LINEAPI_MESSAGE_CHECK_H

#include "codec/json/json.h"
#include "relay-client/lineapi/validate/lineapi_problems.h"

/* Are these message objects that LINE would take?  Every limit of the Messaging API reference,
 * "Message objects"; texts counted in UTF-16 units, labels and names in grapheme clusters. */

struct message_check {
    /* Where they go; mentions and videos with tracking are not for every chat. */
    bool is_group;       /* a group or a room */
    bool is_to_one_chat; /* reply or push, not multicast, ... */
    /* The request's text, {"messages": ...}, borrowed: how large a Flex Message is, is counted
     * in the bytes as they were sent.  Empty: that is not checked. */
    struct span body;
};

/* `messages` is the member of the body, may be NULL (absent); 1 to 5 of them. */
void message_check_list(const struct message_check *c, const struct json_value *messages,
                        struct lineapi_problems *problems);
/* Does LINE give a quote token for it? */
bool message_check_is_quotable(const struct json_value *message);

#endif
