#ifndef SERVER_HANDOVER_GIVER_H
#define SERVER_HANDOVER_GIVER_H

#include "base/span.h"
#include "loop/loop.h"
#include "net/stream.h"

#include <stdbool.h>
#include <sys/types.h>

/* The old relay's side of takeovers (handover_text.h): listens for a new one, gives it the
 * listening sockets, and tells when to stop.  Several may ask; one of them may take.
 *
 * Life:  handover_giver_open -> events -> handover_giver_close (frees itself)
 * Order: on_take -> handover_giver_released -> on_served, and no event any more; or at any
 *        moment after on_take on_broken, and then, after handover_giver_listen, all anew. */
struct handover_giver;

/* What is handed over; borrowed descriptors.  0: there is none. */
struct handover_sockets {
    int https, http;
};

struct handover_giver_events {
    struct handover_sockets (*sockets)(void *owner);
    /* Accept no more, bring everything to the disk, close the inbox and the socket files
     * (ours is closed already), then call handover_giver_released. */
    void (*on_take)(void *owner);
    /* The process `pid` accepts.  `stream` is for late_requests_pass, with what came over
     * it already; it is nobody's any more. */
    void (*on_served)(void *owner, struct stream *stream, struct span early, pid_t pid);
    /* It is gone, or broke the rules: go on as before. */
    void (*on_broken)(void *owner, const char *why);
};

#define HANDOVER_ASKED_MS   5000u  /* for a question */
#define HANDOVER_OFFERED_MS 30000u /* from the sockets to `take` */
#define HANDOVER_SERVING_MS 30000u /* from `released` to `serving` */
#define HANDOVER_GIVINGS    4u     /* conversations; one more is closed at once */

/* As local_socket_listen. */
MUST_CHECK enum err handover_giver_open(struct loop *l, const char *path,
                                        const struct handover_giver_events *events, void *owner,
                                        struct handover_giver **out);
/* After on_broken: at the same path, which may have been another's meanwhile. */
MUST_CHECK enum err handover_giver_listen(struct handover_giver *g);
void handover_giver_released(struct handover_giver *g);
/* The one that took is told no more: for a relay that ends first. */
void handover_giver_close(struct handover_giver *g);

#endif
