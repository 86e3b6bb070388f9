#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H

#include "base/list.h"
#include "loop/deadline.h"
#include "loop/defer.h"
#include "relay-server/delivery/drain.h"

/* In which order and by which way the deliveries of one tunnel reach its agent: straight
 * over the link as long as nothing is ahead of them, else through the inbox, whose oldest
 * goes first (I4).  Embedded in struct tunnel.
 *
 * Life:  zeroed -> dispatch_of ... -> dispatch_fini
 * Order: streams of one link reach the agent in the order in which they were opened.  After
 *        a failure to store the agent refuses all that follow until it is told to resume,
 *        so what is under way then cannot overtake what failed. */
struct link;
struct transmit;
struct transmit_events;
struct transmit_request;

enum dispatch_state {
    DISPATCH_OPEN,
    DISPATCH_STALLED, /* the agent takes nothing: what is under way is awaited */
    DISPATCH_PAUSED,  /* and then some time passes */
};

/* What went wrong since the dispatch last looked. */
struct dispatch_failure {
    bool is_set;      /* something ended without 102 on the link that was current then */
    enum err why;     /* of the first */
    bool has_suspect; /* and the first was the oldest on its way */
    uint64_t suspect; /* seq */
    unsigned attempts;
};

struct dispatch {
    struct relay_state *relay; /* borrowed; NULL: was never used */
    struct tunnel *tunnel;     /* back-pointer */
    enum dispatch_state state;
    struct list in_flight; /* transmits without 102, the oldest first; borrowed */
    size_t in_flight_len;
    size_t deliveries;        /* that hold a pointer to this */
    uint64_t epoch;           /* counts links */
    uint64_t sent;            /* the highest seq that went over the current link */
    unsigned stalls;          /* in a row */
    bool resumes;             /* the next one sent says so */
    struct deadline retry;    /* the end of the pause */
    struct deadline takeover; /* how long links from before may take */
    struct defer_task task;
    struct dispatch_failure failure;
    struct drain drain;
    uint64_t left; /* kept in the inbox when it was closed */
};

#define DISPATCH_RETRY_MS     1000u /* doubles, with full jitter */
#define DISPATCH_RETRY_MAX_MS 20000u
#define DISPATCH_TAKEOVER_MS  2000u
#define DISPATCH_ATTEMPTS_MAX 3u /* then a delivery is set aside */

/* The tunnel's; initialised when it is asked for the first time. */
struct dispatch *dispatch_of(struct relay_state *relay, struct tunnel *tunnel);
/* Nothing may be under way any more. */
void dispatch_fini(struct dispatch *p);
/* Nothing holds a pointer to it. */
bool dispatch_is_idle(const struct dispatch *p);

/* Above everything given out before. */
uint64_t dispatch_next_seq(struct relay_state *relay);
/* An agent whose token is dead does not come back for what is kept. */
bool dispatch_is_agent_expected(const struct dispatch *p);
/* May a new delivery go straight over the link?  A link is up, nothing of this tunnel is in
 * the inbox, and nothing is on its way over another link. */
bool dispatch_is_direct(const struct dispatch *p);
/* May the oldest of the inbox go over the link? */
bool dispatch_is_open(const struct dispatch *p);
/* transmit_start over the current link; `seq` and `attempts` of *t are set.  Then it must be
 * reported by exactly one of the next three. */
MUST_CHECK enum err dispatch_send(struct dispatch *p, struct transmit *t,
                                  const struct transmit_request *request,
                                  const struct transmit_events *events);
/* The agent has said *stored*. */
void dispatch_confirmed(struct dispatch *p, struct transmit *t);
/* The agent will not have it, but takes others. */
void dispatch_declined(struct dispatch *p, struct transmit *t);
/* It ended without 102. */
void dispatch_failed(struct dispatch *p, struct transmit *t, enum err why);
bool dispatch_is_in_flight(const struct dispatch *p, uint64_t seq);

/* links_add has made a new link the tunnel's. */
void dispatch_linked(struct dispatch *p);
/* Nothing can be sent: the next attempt waits its pause, `why` is for the log. */
void dispatch_stall(struct dispatch *p, const char *why);
/* The inbox is about to be closed, perhaps to be opened again: until then nothing overtakes
 * what is in it. */
void dispatch_leave_inbox(struct dispatch *p);
/* Something of the inbox may be due: look later in this turn. */
void dispatch_kick(struct dispatch *p);

#endif
