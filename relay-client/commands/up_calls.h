#ifndef CLIENT_COMMANDS_UP_CALLS_H
#define CLIENT_COMMANDS_UP_CALLS_H

#include "relay-client/display/display.h"
#include "relay-client/journal/journal_watch.h"

/* Calls of the bot to LINE's API that went wrong, as notes of `hookline up`: what happened,
 * and what to do.
 *
 * Life: up_calls_watch -> ... until the journal is closed; nothing to free. */

#define UP_CALLS_MAX 5u /* notes in a second; of the rest only that there are some */

struct up_calls {
    struct display *display; /* borrowed */
    uint64_t second;         /* of the clock, that is counted */
    size_t len;
};

void up_calls_watch(struct up_calls *u, struct journal *j, struct display *d);

#endif
