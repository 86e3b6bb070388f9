#ifndef CLIENT_REPLAY_CALL_WATCH_H
#define CLIENT_REPLAY_CALL_WATCH_H

#include "loop/loop.h"
#include "relay-client/journal/lookup/journal_calls.h"

/* Waits for the bot's calls of LINE's API that belong to webhooks that it was just given: until
 * each of their reply tokens was used, or the time is over.  It looks into the journal, which
 * another process may write.
 *
 * Life: call_watch_open -> call_watch_add ... -> call_watch_start -> on_call ... -> on_done
 *       -> call_watch_free, also in on_done */
struct call_watch;

#define CALL_WATCH_MAX 4096u /* exchanges; of further ones nothing is heard */

struct call_watch_events {
    /* Borrowed; once for each call, in order. */
    void (*on_call)(void *owner, const struct journal_call_whole *call);
    void (*on_done)(void *owner);
};

/* Before anything is sent: calls that are in the journal already are of no interest.  `path` of
 * the journal; it need not exist yet.  ERR_NOMEM. */
MUST_CHECK enum err call_watch_open(struct loop *l, const char *path,
                                    const struct call_watch_events *events, void *owner,
                                    struct call_watch **out);
/* The bot has answered this one. */
void call_watch_add(struct call_watch *w, uint64_t exchange);
/* From now on for so long; on_done comes from the loop. */
void call_watch_start(struct call_watch *w, uint64_t wait_ms);
void call_watch_free(struct call_watch *w);

#endif
