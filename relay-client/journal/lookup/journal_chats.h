#ifndef CLIENT_JOURNAL_LOOKUP_JOURNAL_CHATS_H
#define CLIENT_JOURNAL_LOOKUP_JOURNAL_CHATS_H

#include "relay-client/journal/journal_call.h"
#include "relay-client/journal/journal_reader.h"

/* Events by the chat they happened in, a person, a group or a room, with what the bot has said
 * there, and people who were made for tests.  What is deleted does not count. */

/* Spans are borrowed until the callback returns. */
struct journal_chat {
    struct span id, type; /* as in the last event, else as far as it is known */
    uint64_t count;       /* events, and messages of the bot to this chat alone */
    /* of the last event or message; of a message "message" and its type */
    struct span event_type, message_type, text;
    bool is_out; /* the bot said it */
    uint64_t at_ms;
    struct span name, language, picture_url; /* empty: not known */
    enum journal_person_source name_from;
    bool is_test;
};
/* The latest first, at most `max`.  `each` returns false to stop. */
MUST_CHECK enum err
journal_chats_list(struct journal_reader *r, size_t max,
                   bool (*each)(void *owner, const struct journal_chat *chat), void *owner);

#define JOURNAL_CHATS_STRIDE 128u /* id = exchange * this + index */
struct journal_chat_event {
    uint64_t id; /* for `before`; later ones have higher ones */
    uint64_t exchange;
    size_t index;          /* its place in the body */
    uint64_t duplicate_of; /* the first exchange that had it, or 0 */
    bool is_withdrawn;     /* its message was unsent since */
    bool is_unverified;    /* its signature is wrong or missing: anybody may have sent it */
    bool is_simulated;
    bool is_replayed, is_edited; /* with another text, type or source than in the first */
};
/* Of one chat, ids below `before` (0: all), the latest first, at most `max`. */
struct journal_chat_page {
    struct span chat;
    uint64_t before;
    size_t max;
};
MUST_CHECK enum err
journal_chats_events(struct journal_reader *r, const struct journal_chat_page *page,
                     bool (*each)(void *owner, const struct journal_chat_event *event),
                     void *owner);

#endif
