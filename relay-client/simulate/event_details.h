#ifndef CLIENT_SIMULATE_EVENT_DETAILS_H
#define CLIENT_SIMULATE_EVENT_DETAILS_H

#include "relay-client/simulate/event_dress.h"
#include "relay-client/simulate/event_object.h"

/* The inside of an event that is being dressed, for event_dress.c alone: who did it, and the
 * member that says what ("message", "postback", ...). */

struct event_dressing {
    const struct event_dress *d;
    struct span event;                 /* its object */
    const struct event_template *type; /* NULL: LINE has no such type */
    const struct event_template *kind; /* of its details; NULL: unknown */
    const char *details;               /* their member, or NULL */
    bool is_standby;
    bool is_failed_link; /* the only event without a source */
    struct event_text to;
};

/* What an event of this type says what happened in; NULL: it has nothing of the kind. */
const char *event_details_member(const struct event_template *t);
/* `value` with what it lacks.  What is not an object stays as it is. */
void event_details_put(struct event_dressing *w, struct span value);
/* ... if the event has none at all: the sample's. */
void event_details_add(struct event_dressing *w, struct event_object *event);
void event_details_add_source(struct event_dressing *w, struct event_object *event);
/* A new one of the mint's. */
void event_details_add_made(struct event_dressing *w, struct event_object *o, const char *name,
                            enum line_mint_kind kind);
/* Members that nobody knows. */
void event_details_add_extra(struct event_dressing *w, struct event_object *o);

#endif
