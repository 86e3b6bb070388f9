#ifndef SERVER_PREDECESSOR_H
#define SERVER_PREDECESSOR_H

#include "net/stream.h"
#include "relay-server/serve/relay_state.h"

/* The new relay's end of what late_requests.h passes on: requests that reached the old one
 * after it had handed over are served like public ones, in the name of the peer that it
 * names.  Only processes of our own user get this far (socket_handover.h), so its word is
 * taken.
 *
 * Life: predecessor_open -> requests -> on_closed (freed), when the old one has ended or
 *       predecessor_close was called */
struct predecessor;

/* Takes the stream over on success. */
MUST_CHECK enum err predecessor_open(struct relay_state *relay, struct stream *stream,
                                     void (*on_closed)(void *owner), void *owner,
                                     struct predecessor **out);
/* Takes no more; what is under way finishes. */
void predecessor_shutdown(struct predecessor *p);
/* What is under way is cut. */
void predecessor_close(struct predecessor *p);

#endif
