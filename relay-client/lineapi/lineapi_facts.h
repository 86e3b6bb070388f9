#ifndef CLIENT_LINEAPI_FACTS_H
#define CLIENT_LINEAPI_FACTS_H

#include "codec/json/json.h"
#include "relay-client/journal/journal_call.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/lineapi_decision.h"

/* What a call is about, read out of its head and body: for the decision, and for the journal.
 *
 * Life: lineapi_facts_read -> lineapi_facts_fini */

struct lineapi_request {
    const struct lineapi_options *options;
    const struct emulator *emulator;
    const struct lineapi_match *match;
    const struct http_head *head;
    struct span body; /* as far as it has come */
    bool is_body_whole;
    uint64_t now_ms; /* wall clock */
};

/* The event that it answers, as it was then: the ring goes on. */
struct lineapi_tie {
    enum journal_call_tie how;
    uint64_t exchange;
    size_t event;
};

struct lineapi_facts {
    struct json_doc doc; /* owned; no root: the body is no JSON */
    struct lineapi_decision_facts decision;
    struct given_event
        *event; /* of the reply token; borrowed until the next webhook; or NULL */
    struct lineapi_tie tie;
    /* Chats that it sends to, or in which it is noticed; into `doc` or `chat`. */
    const char *chats[JOURNAL_CALL_CHATS_MAX];
    size_t chats_len;
    char chat[128];
    char reply_token[GIVEN_TOKEN_SIZE]; /* of `event`, or "" */
};

void lineapi_facts_read(struct lineapi_facts *out, const struct lineapi_request *r);
void lineapi_facts_fini(struct lineapi_facts *f);

#endif
