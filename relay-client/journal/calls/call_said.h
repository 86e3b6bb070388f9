#ifndef CLIENT_JOURNAL_CALLS_CALL_SAID_H
#define CLIENT_JOURNAL_CALLS_CALL_SAID_H

#include "base/span.h"

#include <stdint.h>

/* What the messages in a sending call say, for lists: of the last one its type, and its text
 * (altText, title) as far as there is room. */

#define CALL_SAID_TYPE 24u
#define CALL_SAID_TEXT 400u /* bytes, cut between characters */

struct call_said {
    size_t len; /* messages; 0: it is no such body */
    char type[CALL_SAID_TYPE], text[CALL_SAID_TEXT];
    size_t type_len, text_len;
};

void call_said_read(struct span body, struct call_said *out);

#endif
