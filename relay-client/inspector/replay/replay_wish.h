#ifndef CLIENT_INSPECTOR_REPLAY_REPLAY_WISH_H
#define CLIENT_INSPECTOR_REPLAY_REPLAY_WISH_H

#include "relay-client/replay/replay_run.h"

/* What the page asks for: the schema Replay of docs/inspector-api.yaml, read and checked.
 * Members that it does not name are not looked at.
 *
 * Life: replay_wish_read -> replay_wish_fini (always) */

#define REPLAY_WISH_FIELDS_MAX 90u

struct replay_wish {
    char *text; /* owned: all strings of the request, as they were meant */
    size_t text_len;
    bool has_body, has_fields;
    struct span body;                                 /* into `text`, as is the rest */
    struct http_field fields[REPLAY_WISH_FIELDS_MAX]; /* secret: the value was null */
    size_t fields_len;
    enum replay_sign sign;
    bool is_fresh, is_redelivery, is_by_relay;
    struct span target; /* empty: the usual handler */
    unsigned times;
    uint64_t every_ms;
    char detail[200]; /* after ERR_SYNTAX and ERR_LIMIT: what is wrong */
};

/* ERR_SYNTAX: not JSON, or not such an object.  ERR_LIMIT: a body of more than
 * REPLAY_BODY_MAX.  ERR_NOMEM. */
MUST_CHECK enum err replay_wish_read(struct span json, struct replay_wish *out);
void replay_wish_fini(struct replay_wish *w);

#endif
