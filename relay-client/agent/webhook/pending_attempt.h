#ifndef CLIENT_AGENT_PENDING_ATTEMPT_H
#define CLIENT_AGENT_PENDING_ATTEMPT_H

#include "relay-client/agent/webhook/bot_call.h"

/* One more try to hand a webhook, which only the journal has, to the handler.
 *
 * Life: pending_attempt_start -> on_end, once; in it the owner calls pending_attempt_finish
 *       (frees it). */
struct pending_attempt;

enum pending_attempt_result {
    PENDING_ATTEMPT_OVER,     /* the handler has answered, or must not get it: recorded */
    PENDING_ATTEMPT_FAILED,   /* `bot` says how */
    PENDING_ATTEMPT_GONE,     /* the exchange is not there, or not pending any more */
    PENDING_ATTEMPT_DAMAGED,  /* it cannot be read */
    PENDING_ATTEMPT_NOT_MADE, /* no disk, no memory, or stopped before the call */
};

struct pending_attempt_end {
    enum pending_attempt_result result;
    const struct bot_call_end *bot; /* of _FAILED; borrowed for the event */
    unsigned attempts;              /* with this one, if it was made */
};

struct pending_attempt_options {
    uint64_t exchange;
    unsigned attempts; /* before this one */
    bool is_suspect;   /* write down first that it begins */
    bool was_told;     /* on_exchange had it as pending */
    void (*on_end)(void *owner, struct pending_attempt *a,
                   const struct pending_attempt_end *end);
    void *owner;
};

MUST_CHECK enum err pending_attempt_start(struct agent_context *agent,
                                          const struct pending_attempt_options *options,
                                          struct pending_attempt **out);
/* Unless the handler has the webhook already: on_end with _NOT_MADE, soon. */
void pending_attempt_stop(struct pending_attempt *a);
/* `end` goes into the journal; its handler is set here.  NULL: there is nothing to say. */
void pending_attempt_finish(struct pending_attempt *a, const struct recording_end *end);

#endif
