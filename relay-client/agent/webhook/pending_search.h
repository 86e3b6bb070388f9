#ifndef CLIENT_AGENT_PENDING_SEARCH_H
#define CLIENT_AGENT_PENDING_SEARCH_H

#include "loop/deadline.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/agent/webhook/pending_line.h"

/* Keeps a pending_line and the counts of what is unfinished as the journal has them: finds
 * what is there at the start, and later what found no place in the line.  What changes
 * while the journal is asked is reconciled with its answer.
 *
 * Life: pending_search_init -> pending_search_start -> ... -> pending_search_stop. */
struct pending_search {
    struct pending_queue *queue; /* back-pointer */
    struct journal_pending_query query;
    bool is_asking, asks_again; /* the second: from the beginning, when it has answered */
    /* since the journal was asked */
    struct journal_unfinished changed;
    uint64_t first_missing; /* oldest that found no place; 0: all found one */
    struct deadline due;
    /* After the start; NULL: that is done. */
    void (*on_ready)(struct agent_context *agent);
};

void pending_search_init(struct pending_search *s, struct pending_queue *q);
/* Counts crashes (journal_pending.h).  on_ready, once that is done; tried every second while
 * the journal cannot do it. */
void pending_search_start(struct pending_search *s,
                          void (*on_ready)(struct agent_context *agent));
void pending_search_stop(struct pending_search *s);

/* Goes on behind what is known, if there may be more.  pending_queue_go_on follows. */
void pending_search_more(struct pending_search *s);
/* From the beginning: what the line has already is left as it is. */
void pending_search_again(struct pending_search *s);

/* pending_line_put; NULL: it will be found. */
struct pending_entry *pending_search_put(struct pending_search *s, uint64_t exchange);
/* So many more, or less. */
void pending_search_count(struct pending_search *s, int pending, int aside);

#endif
