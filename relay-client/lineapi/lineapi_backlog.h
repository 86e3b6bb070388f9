#ifndef CLIENT_LINEAPI_BACKLOG_H
#define CLIENT_LINEAPI_BACKLOG_H

#include "base/list.h"
#include "loop/deadline.h"

/* Calls that are over and that the journal has no room for just now.  They wait in order, each
 * with its exchange, so that a bot that calls faster than the disk writes is slowed down and
 * nothing is missing from the record.  A journal that takes nothing for a while is not waited
 * for any longer: the bot is more important than the record.
 *
 * Life: lineapi_backlog_init -> lineapi_backlog_put ... -> lineapi_backlog_stop */

#define LINEAPI_BACKLOG_MAX     4096u
#define LINEAPI_BACKLOG_WAIT_MS 2000u /* the longest that a call is kept */

struct lineapi_call;

struct lineapi_backlog {
    struct loop *loop; /* borrowed */
    struct list calls;
    size_t len;
    struct deadline again;
    bool is_dropping; /* the journal took nothing in time */
    bool is_stopped;
    uint64_t dropped;
};

void lineapi_backlog_init(struct lineapi_backlog *b, struct loop *l);
/* Records the call, now or later, and frees it (lineapi_call_free). */
void lineapi_backlog_put(struct lineapi_backlog *b, struct lineapi_call *c);
/* Tries once more, and frees what is left. */
void lineapi_backlog_stop(struct lineapi_backlog *b);

#endif
