#ifndef CLIENT_INSPECTOR_SIMULATE_SIMULATE_WISH_H
#define CLIENT_INSPECTOR_SIMULATE_SIMULATE_WISH_H

#include "relay-client/simulate/simulate_plan.h"

/* What the page asks for: the schema Simulation of docs/inspector-api.yaml, read and checked.
 * Members that it does not name are not looked at.
 *
 * Life: simulate_wish_read -> simulate_wish_fini (always) */

struct simulate_wish_content {
    struct span type, bytes; /* into the text */
};

struct simulate_wish {
    char *json, *text; /* owned: a copy of the request, and all strings of it */
    size_t text_len;
    struct simulate_event events[SIMULATE_EVENTS_MAX]; /* into the copy */
    size_t events_len;
    struct simulate_wish_content contents[SIMULATE_EVENTS_MAX]; /* by event; type "": none */
    const char *destination;                                    /* NULL: the usual bot */
    struct span target;                                         /* empty: the usual handler */
    bool is_each, is_by_relay, is_duplicate, is_redelivered;
    enum simulate_order order;
    enum simulate_sign sign;
    unsigned times;
    uint64_t every_ms, drip_ms, redeliver_after_ms;
    char detail[200]; /* after those two: what is wrong */
};

/* ERR_SYNTAX: not JSON, or not such an object.  ERR_CONFLICT: two of its members do not go
 * together.  ERR_NOMEM. */
MUST_CHECK enum err simulate_wish_read(struct span json, struct simulate_wish *out);
void simulate_wish_fini(struct simulate_wish *w);

#endif
