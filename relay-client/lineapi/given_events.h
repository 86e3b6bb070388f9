#ifndef CLIENT_LINEAPI_GIVEN_EVENTS_H
#define CLIENT_LINEAPI_GIVEN_EVENTS_H

#include "codec/line/line_event.h"
#include "relay-client/journal/journal.h"

/* The webhook events that the bot was given lately: what its calls answer, and whether a reply
 * token is LINE's or one of a replayed or simulated event, which LINE would not take.
 *
 * Life: given_events_new -> given_events_add ... -> given_events_free
 * The newest GIVEN_EVENTS_MAX are known; an event that is given again is the newer one. */
struct given_events;

#define GIVEN_EVENTS_MAX 8192u
#define GIVEN_ID_SIZE    48u /* of users, chats, messages; longer ones are not known */
#define GIVEN_TOKEN_SIZE 64u

enum given_origin { GIVEN_BY_LINE, GIVEN_BY_REPLAY, GIVEN_BY_SIMULATION };

struct given_event {
    uint64_t exchange; /* in the journal */
    size_t index;      /* its place in the body */
    enum given_origin origin;
    uint64_t given_ms; /* wall clock, when the webhook was received */
    uint64_t bot_ms;   /* wall clock, when the bot got it: later, if it had to wait */
    uint64_t event_ms; /* its own timestamp, or 0 */
    bool is_redelivery;
    char type[24], message_type[16];
    char chat_type[8]; /* "user", "group", "room", ... */
    char chat[GIVEN_ID_SIZE], user[GIVEN_ID_SIZE], message[GIVEN_ID_SIZE];
    char reply_token[GIVEN_TOKEN_SIZE]; /* "": it has none */
    /* The token was, by an accepted reply; 0: it was not.  An event that comes again has it
     * from the one before, unless it is replayed: that replies can be tried is its purpose. */
    uint64_t used_ms;
};

MUST_CHECK enum err given_events_new(struct given_events **out);
void given_events_free(struct given_events *g);
/* All of a webhook, before the bot gets it. */
struct given_webhook {
    uint64_t exchange;
    enum given_origin origin;
    uint64_t received_ms;
    uint64_t bot_ms; /* 0: as received_ms */
};
void given_events_add(struct given_events *g, const struct given_webhook *webhook,
                      const struct line_batch *batch);
/* The newest that fits, or NULL; borrowed until the next add. */
struct given_event *given_events_by_token(struct given_events *g, struct span token);
struct given_event *given_events_by_message(struct given_events *g, struct span message);
/* ... in this chat, or of this user; the bot has not had it before `since_ms`. */
struct given_event *given_events_by_chat(struct given_events *g, struct span chat,
                                         uint64_t since_ms);
/* All that are known, the newest first; `each` returns false to stop. */
void given_events_each(const struct given_events *g,
                       bool (*each)(void *owner, const struct given_event *e), void *owner);
/* The bot's own user id: "destination" of the newest webhook that had one; "": none did. */
const char *given_events_bot(const struct given_events *g);

#endif
