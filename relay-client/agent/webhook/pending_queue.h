#ifndef CLIENT_AGENT_PENDING_QUEUE_H
#define CLIENT_AGENT_PENDING_QUEUE_H

#include "loop/defer.h"
#include "relay-client/agent/webhook/pending_attempt.h"
#include "relay-client/agent/webhook/pending_line.h"
#include "relay-client/agent/webhook/pending_search.h"

/* The webhooks that the handler never answered: tried again until it does, oldest first,
 * one at a time, with growing pauses while nobody is there.  One that the handler takes
 * three times and never answers steps out of the line and is tried by its own clock, so
 * that it does not hold up the others.  After a day without an answer a webhook is set
 * aside.  All of it is in the journal; this is a list of ids.
 *
 * Life: pending_queue_init -> pending_queue_start -> ... -> pending_queue_stop -> quiet
 *       (agent_context_is_quiet) -> pending_queue_fini. */

#define PENDING_QUEUE_RETRY_MAX_MS 60000u
#define PENDING_QUEUE_REACHED_MAX  3u
#define PENDING_QUEUE_DAY_MS       86400000u

/* The line and the strays are tried side by side. */
struct pending_lane {
    struct pending_queue *queue;     /* back-pointer */
    struct pending_entry *trying;    /* borrowed from `entries`; NULL: nothing */
    struct pending_attempt *attempt; /* owned, with `trying` */
    struct deadline due;
};

struct pending_queue {
    struct agent_context *agent; /* back-pointer */
    struct pending_line entries;
    struct pending_lane line, strays;
    struct pending_search search;
    struct defer_task task;
    bool is_stopped;
};

void pending_queue_init(struct pending_queue *q, struct agent_context *agent);
/* Finds what is unfinished; on_ready, when that has come to an end: before that nothing may
 * be recorded.  Nothing else happens when the journal cannot be read, until it can. */
void pending_queue_start(struct pending_queue *q,
                         void (*on_ready)(struct agent_context *agent));
/* No further attempts; one that the handler has goes on to its end. */
void pending_queue_stop(struct pending_queue *q);
void pending_queue_fini(struct pending_queue *q);

/* Is there something in the line?  Then a new webhook goes behind it. */
bool pending_queue_is_waiting(const struct pending_queue *q);

/* A webhook joins; the caller records it as JOURNAL_PENDING in this turn.  `last`: how the
 * handler failed; NULL: it was not asked. */
struct pending_place {
    uint64_t next_ms; /* wall clock of its next attempt; 0: when its turn comes */
    bool is_worth_telling;
};
struct pending_place pending_queue_join(struct pending_queue *q, const struct recording *r,
                                        const struct bot_call_end *last);

/* The journal did what the user wanted of `exchange`, 0: of all (journal_pending_settle). */
void pending_queue_settled(struct pending_queue *q, uint64_t exchange,
                           enum journal_decision decision);
/* There may be something to do. */
void pending_queue_go_on(struct pending_queue *q);

#endif
