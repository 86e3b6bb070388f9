#ifndef CLIENT_SIMULATE_TRIGGER_EVENTS_H
#define CLIENT_SIMULATE_TRIGGER_EVENTS_H

#include "cli/command.h"
#include "relay-client/simulate/simulate_plan.h"

/* The events that the flags of `hookline trigger` are about, and the people in them.
 *
 * Life: trigger_events_read -> trigger_events_fini (also after a failure) */

struct trigger_person {
    char id[LINE_MINT_SIZE];
    char name[128]; /* "": nobody that has to be made known */
};

struct trigger_events {
    struct simulate_event list[SIMULATE_EVENTS_MAX]; /* borrow from below */
    size_t len;
    struct trigger_person users[SIMULATE_EVENTS_MAX]; /* of each event; id "": any */
    struct trigger_person group, room;
    struct bytes text; /* of all events */
};

/* Says on call->err what is wrong: ERR_USAGE, ERR_SYNTAX, ... */
MUST_CHECK enum err trigger_events_read(struct trigger_events *e, struct command_call *call,
                                        struct line_mint *mint);
void trigger_events_fini(struct trigger_events *e);

#endif
