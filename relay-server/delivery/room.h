#ifndef SERVER_ROOM_H
#define SERVER_ROOM_H

#include "relay-server/serve/relay_state.h"

/* How much memory webhooks may hold, all of a relay's together: heads and bodies from the
 * first byte until they are on a disk, and answers until they have left.  Whoever sends a
 * signature header is a stranger still.  Beyond it, 503; LINE sends again. */
#define WEBHOOK_BODIES_MAX ((size_t)64 * 1024 * 1024)

/* False: there is no room for so many bytes. */
bool room_take(struct relay_state *relay, size_t len);
void room_give(struct relay_state *relay, size_t len);

#endif
