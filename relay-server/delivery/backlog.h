#ifndef SERVER_BACKLOG_H
#define SERVER_BACKLOG_H

#include "relay-server/serve/relay_state.h"

/* The inbox may hold what no dispatch has heard of: restored by its owner, or put there by
 * another process.  Every tunnel with an agent looks, later in this turn. */
void backlog_kick_all(struct relay_state *relay);
/* dispatch_leave_inbox for every tunnel. */
void backlog_leave_all(struct relay_state *relay);

#endif
