#ifndef CLIENT_AGENT_BOT_CALL_H
#define CLIENT_AGENT_BOT_CALL_H

#include "loop/deadline.h"
#include "relay-client/agent/recording.h"

struct bot_call_end;

/* One call of the handler with a webhook that is taken and answered as a whole, and what
 * came of it.
 *
 * Life: zeroed -> bot_call_start -> on_end, once -> may be started again.  bot_call_cancel
 *       at any time: no event any more. */
struct bot_call {
    struct recording *recording; /* borrowed while it is under way; keeps the answer */
    struct exchange *client;     /* owned; NULL: not under way */
    struct deadline late;
    bool is_guarded; /* bot_guard.h */
    void (*on_end)(struct bot_call *c, const struct bot_call_end *end);
};

enum bot_call_result {
    BOT_CALL_ANSWERED,  /* recording->answer is whole */
    BOT_CALL_SPOILT,    /* it answered, but not so that it could be passed on; no more comes */
    BOT_CALL_SILENT,    /* it was reached and gave no answer */
    BOT_CALL_UNREACHED, /* nobody was there to take it */
    BOT_CALL_NOT_MADE,  /* the handler takes no more now, or ends */
};

/* Borrowed for the event. */
struct bot_call_end {
    enum bot_call_result result;
    unsigned status;    /* for the sender, unless answered: 500, 502, 503 or 504 */
    const char *detail; /* why there is no answer: for people at this machine; or "" */
};

#define BOT_CALL_MS                                                                            \
    60000u /* to the last byte of the answer; handlers have a shorter one
                              for the first */

/* Counts the attempt in the recording.  On failure, which `*end` then describes with a
 * static text, there is no event. */
MUST_CHECK enum err bot_call_start(struct bot_call *c, struct recording *r,
                                   void (*on_end)(struct bot_call *c,
                                                  const struct bot_call_end *end),
                                   struct bot_call_end *end);
void bot_call_cancel(struct bot_call *c);

#endif
