#ifndef CLIENT_AGENT_PENDING_LINE_H
#define CLIENT_AGENT_PENDING_LINE_H

#include "base/err.h"
#include "base/list.h"

#include <stdbool.h>
#include <stdint.h>

/* The webhooks that the handler still has to get, by their ids in the journal: the line,
 * oldest first, and the strays, which have stepped out of it.  What finds no place is in
 * the journal all the same: `known_to` says how far this list is complete.
 *
 * Life: pending_line_init -> ... -> pending_line_fini. */

#define PENDING_LINE_MAX   4096u
#define PENDING_STRAYS_MAX 1024u

struct pending_entry {
    struct list_node node;
    uint64_t exchange;
    uint64_t arrived_ms; /* wall clock */
    uint64_t due_ms;     /* loop_now_ms of the next attempt */
    unsigned attempts;   /* so far */
    unsigned reached;    /* of them, those that got through to the handler */
    unsigned failures;   /* in a row */
    bool is_filled;      /* by whoever put it here; a new one is not */
    bool is_stray;
    bool is_suspect; /* an attempt may have killed us: it is written down before the next */
    bool was_told;   /* that it is pending */
    bool is_trying;
    bool is_dropped; /* ... but by now nobody wants it */
};

struct pending_line {
    struct list line, strays;
    size_t line_len, strays_len;
    uint64_t known_to; /* all pending exchanges up to this id are here */
};

#define PENDING_LINE_ALL UINT64_MAX

/* Knows nothing yet. */
void pending_line_init(struct pending_line *l);
void pending_line_fini(struct pending_line *l);

/* The entry of that exchange, a new one in its place in the line if there is none.  NULL:
 * it lies beyond known_to, or does from now on (no room, no memory). */
struct pending_entry *pending_line_put(struct pending_line *l, uint64_t exchange);
/* NULL: it is not here. */
struct pending_entry *pending_line_find(struct pending_line *l, uint64_t exchange);
/* Out of the line, to be tried by its own clock; false: there are too many of these. */
bool pending_line_step_out(struct pending_line *l, struct pending_entry *e);
/* Frees it. */
void pending_line_remove(struct pending_line *l, struct pending_entry *e);
/* Keeps only what is being tried, and knows nothing. */
void pending_line_forget(struct pending_line *l);

/* The first in the line, or NULL. */
struct pending_entry *pending_line_head(const struct pending_line *l);
/* The stray that is due first, or NULL. */
struct pending_entry *pending_line_stray(const struct pending_line *l);
/* Is a new one to wait behind others? */
bool pending_line_is_empty(const struct pending_line *l);

#endif
