#ifndef CLIENT_JOURNAL_JOURNAL_WATCH_H
#define CLIENT_JOURNAL_JOURNAL_WATCH_H

#include "relay-client/journal/journal_call.h"

/* Who wants to know what is new in a journal. */

/* A call that was recorded. */
struct journal_news_call {
    uint64_t id;
    uint64_t exchange;    /* that it belongs to, or 0 */
    uint64_t received_ms; /* ... which was received then, or 0 */
    struct span chats;    /* each with a NUL behind it */
    /* Without heads and chats; borrowed, as are the next ones. */
    const struct journal_call *call;
    struct span method, target;
    unsigned status; /* 0: no answer */
};
/* What is on the disk has changed: exchanges that are new, answered, marked, deleted or back.
 * Called on the loop after each commit; `ids` are borrowed, and one may come twice.  One
 * watcher; NULL ends it.  It must only take notes. */
struct journal_watcher {
    void (*on_changed)(void *owner, const uint64_t *ids, size_t len);
    void (*on_gap)(void *owner); /* a gap has begun or ended; may be NULL */
    /* The bot has called LINE's API, and it was recorded; may be NULL. */
    void (*on_call)(void *owner, const struct journal_news_call *news);
    void *owner;
};
void journal_watch(struct journal *j, const struct journal_watcher *watcher);
/* Another one, of on_call alone. */
void journal_watch_calls(struct journal *j,
                         void (*on_call)(void *owner, const struct journal_news_call *news),
                         void *owner);

#endif
