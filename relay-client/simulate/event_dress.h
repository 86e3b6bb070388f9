#ifndef CLIENT_SIMULATE_EVENT_DRESS_H
#define CLIENT_SIMULATE_EVENT_DRESS_H

#include "base/bytes.h"
#include "relay-client/lineapi/line_mint.h"
#include "relay-client/simulate/event_template.h"

/* Makes a whole event of a piece of one: what is there stays as it stands, byte for byte, and
 * what LINE would send besides is put behind it: mode, time, source, ids and tokens, what its
 * type needs of details.  All ids and tokens are the mint's own, so what the bot answers
 * never leaves this machine. */

#define EVENT_DRESS_MAX    ((size_t)512 * 1024) /* of one event */
#define EVENT_DRESS_DETAIL 160u

struct event_dress {
    struct line_mint *mint; /* borrowed for the call, as is the rest */
    uint64_t now_ms;        /* when it happened, wall clock */
    /* Who did it and where; NULL: the mint's somebody, the same each time.  A group or room
     * is used by the types that may come from there. */
    const char *user, *group, *room;
    const char *destination; /* the bot */
    const char *message;     /* that an `unsend` withdraws; NULL: any */
    bool is_standby;         /* a module channel has the chat: no reply token */
    bool is_redelivery;
    bool has_extra; /* members that nobody knows yet, as LINE may add at any time */
};

/* Appends the event to `out`.  ERR_SYNTAX: it is not a JSON object; ERR_LIMIT: too long, or
 * nested too deep; `detail` says what is wrong, for people.  ERR_NOMEM.  On failure `out` holds
 * a piece. */
MUST_CHECK enum err event_dress_make(const struct event_dress *d, struct span event,
                                     struct bytes *out, char detail[static EVENT_DRESS_DETAIL]);

#endif
