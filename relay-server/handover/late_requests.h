#ifndef SERVER_LATE_REQUESTS_H
#define SERVER_LATE_REQUESTS_H

#include "link/link_session.h"
#include "relay-server/serve/relay_state.h"

/* Requests that reach a relay after it has begun to hand over, on connections from before:
 * they wait until the new relay serves, then go there over the local socket of the takeover
 * and their answers come back.  When the takeover fails they go the usual way after all.
 *
 * Life: late_requests_new -> (late_requests_pass) -> late_requests_close -> on_closed
 *       (freed) */
struct late_requests;

#define LATE_REQUESTS_MAX 1024u /* waiting; one more is 503 */
#define LATE_PASSING_MAX  96u   /* at a time: any of them may stand still, see link_session.h */

struct late_requests_events {
    /* Nothing waits or is passed on any more.  May come again. */
    void (*on_empty)(void *owner);
    void (*on_closed)(void *owner);
};

MUST_CHECK enum err late_requests_new(struct relay_state *relay,
                                      const struct late_requests_events *events, void *owner,
                                      struct late_requests **out);
/* Takes `x` over.  `head` is borrowed for the call. */
void late_requests_take(struct late_requests *l, struct exchange *x,
                        const struct http_head *head, bool end);
/* A webhook that was read whole: `body` is moved, with its place in the room (room.h). */
void late_requests_take_webhook(struct late_requests *l, struct exchange *x,
                                const struct http_head *head, struct bytes *body);
/* The new relay serves: `stream` leads there, `early` came over it already.  On failure,
 * and when it breaks later, everything late is refused.  Takes the stream over. */
void late_requests_pass(struct late_requests *l, struct stream *stream, struct span early);
/* Nobody takes over after all: what waits goes the usual way, in order. */
void late_requests_give_back(struct late_requests *l);
/* Nobody takes over, and we end: 503 for what waits and for what comes. */
void late_requests_refuse(struct late_requests *l);
bool late_requests_is_empty(const struct late_requests *l);
/* What is still passed on is cut. */
void late_requests_close(struct late_requests *l);

#endif
