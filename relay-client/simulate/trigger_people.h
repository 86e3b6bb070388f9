#ifndef CLIENT_SIMULATE_TRIGGER_PEOPLE_H
#define CLIENT_SIMULATE_TRIGGER_PEOPLE_H

#include "relay-client/agent_reach.h"
#include "relay-client/simulate/trigger_events.h"

/* Makes the test people of a trigger known to the agent, by their names, before anything is
 * sent: the profile calls of the bot and the conversation then say them.
 *
 * Life: trigger_people_start -> done, once, from the loop */
struct trigger_people {
    struct agent_reach *reach; /* borrowed, as are the events */
    const struct trigger_events *events;
    size_t at; /* users, then group and room */
    char json[600], length[24];
    struct http_head head;
    void (*done)(void *owner, enum err rc, const char *detail);
    void *owner;
};

/* `done` is not called inside; false: there is nobody to be made known, and it never is. */
bool trigger_people_start(struct trigger_people *p);

#endif
