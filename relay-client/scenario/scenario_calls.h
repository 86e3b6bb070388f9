#ifndef CLIENT_SCENARIO_SCENARIO_CALLS_H
#define CLIENT_SCENARIO_SCENARIO_CALLS_H

#include "base/list.h"
#include "codec/json/json.h"
#include "relay-client/journal/lookup/journal_calls.h"

/* The messages that the bot has sent while a scenario is played, as they come into the journal,
 * chat by chat; which steps have looked at them.  The newest SCENARIO_CALLS_MAX are kept.
 *
 * Life: scenario_calls_init -> scenario_calls_know, scenario_calls_look ... ->
 *       scenario_calls_fini */

#define SCENARIO_CALLS_MAX 4096u
#define SCENARIO_CHATS_MAX 1024u /* exchanges that are known at a time */

struct scenario_call {
    struct list_node in_calls;
    const char *name;     /* "reply", "push", ...; static */
    char chat[48];        /* "" everybody's (broadcast, narrowcast) */
    struct json_doc body; /* as the bot sent it; without a root if it was not JSON */
    unsigned status;      /* of the answer */
    char refusal[200];    /* LINE's words, escaped; "" with 2xx */
    bool is_taken;
};

struct scenario_calls {
    char path[4096];               /* of the journal */
    struct journal_reader *reader; /* owned; NULL: not there yet */
    uint64_t last, version;
    struct list list;
    size_t len;
    struct {
        uint64_t exchange;
        char chat[48];
    } chats[SCENARIO_CHATS_MAX]; /* a ring */
    size_t chats_len;
};

/* Calls that are in the journal already are nobody's. */
void scenario_calls_init(struct scenario_calls *c, const char *path);
void scenario_calls_fini(struct scenario_calls *c);
/* This exchange was an event of that chat. */
void scenario_calls_know(struct scenario_calls *c, uint64_t exchange, const char *chat);
/* Reads what is new. */
void scenario_calls_look(struct scenario_calls *c);
/* The first to this chat that no step has looked at; NULL: none so far. */
struct scenario_call *scenario_calls_next(struct scenario_calls *c, const char *chat);
/* What the button with this label does: an action of the latest messages to this chat that
 * were sent, looked at or not.  NULL: there is no such button. */
const struct json_value *scenario_calls_action(struct scenario_calls *c, const char *chat,
                                               const char *label);

#endif
