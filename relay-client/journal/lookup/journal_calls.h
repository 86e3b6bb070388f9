#ifndef CLIENT_JOURNAL_LOOKUP_JOURNAL_CALLS_H
#define CLIENT_JOURNAL_LOOKUP_JOURNAL_CALLS_H

#include "relay-client/journal/journal_call.h"
#include "relay-client/journal/journal_reader.h"

/* Reading what journal_call.h has recorded, but for what belongs to an exchange that the user
 * has deleted.  Everything is borrowed until the callback returns. */

struct journal_call_row {
    uint64_t id;
    uint64_t at_ms, took_us;
    enum journal_call_mode mode;
    enum journal_call_tie tie;
    uint64_t exchange; /* 0: none */
    size_t event;
    struct span operation, method, target, host, request_id, problem, explanation, user_agent;
    unsigned status; /* 0: none */
    bool is_sending;
    /* The newest exchange when it was recorded: among events it comes behind that one's. */
    uint64_t place;
    /* of a sending one: how many messages, and type and text of the last */
    size_t said_len;
    struct span said_type, said_text;
};
struct journal_call_whole {
    struct journal_call_row row;
    struct http_head request, answer; /* answer.status 0: none */
    struct span request_body, answer_body;
    bool request_truncated, answer_truncated;
};

/* Of one exchange, the oldest first, at most `max`; `each` returns false to stop. */
MUST_CHECK enum err
journal_calls_of(struct journal_reader *r, uint64_t exchange, size_t max,
                 bool (*each)(void *owner, const struct journal_call_whole *call), void *owner);
/* ERR_NOT_FOUND. */
MUST_CHECK enum err journal_calls_get(struct journal_reader *r, uint64_t id,
                                      void (*take)(void *owner,
                                                   const struct journal_call_whole *call),
                                      void *owner);
/* Of messages to one chat (or to everybody), the latest first: ids below `before` (0: all)
 * and places below `below` (0: all). */
struct journal_calls_page {
    struct span chat;
    uint64_t before;
    uint64_t below;
    size_t max;
};
MUST_CHECK enum err
journal_calls_in_chat(struct journal_reader *r, const struct journal_calls_page *page,
                      bool (*each)(void *owner, const struct journal_call_whole *call),
                      void *owner);
/* Calls of one exchange without heads and bodies, the oldest first, at most `max`: for
 * lists. */
MUST_CHECK enum err
journal_calls_rows(struct journal_reader *r, uint64_t exchange, size_t max,
                   bool (*each)(void *owner, const struct journal_call_row *row), void *owner);
/* Those without an exchange too, ids above `after`, the oldest first: for logs. */
MUST_CHECK enum err
journal_calls_log(struct journal_reader *r, uint64_t after, size_t max,
                  bool (*each)(void *owner, const struct journal_call_row *row), void *owner);
/* The chats that its messages went to, "*" for everybody, at most `max`. */
MUST_CHECK enum err journal_calls_chats(struct journal_reader *r, uint64_t id, size_t max,
                                        bool (*each)(void *owner, struct span chat),
                                        void *owner);
/* Ids above `after`, the oldest first: for who waits for them (scenario). */
MUST_CHECK enum err journal_calls_since(struct journal_reader *r, uint64_t after, size_t max,
                                        bool (*each)(void *owner,
                                                     const struct journal_call_whole *call),
                                        void *owner);
/* `take` is not called when nothing is known. */
MUST_CHECK enum err journal_calls_person(struct journal_reader *r, struct span id,
                                         void (*take)(void *owner,
                                                      const struct journal_person *person),
                                         void *owner);

#endif
