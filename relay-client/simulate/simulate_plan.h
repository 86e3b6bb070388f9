#ifndef CLIENT_SIMULATE_SIMULATE_PLAN_H
#define CLIENT_SIMULATE_SIMULATE_PLAN_H

#include "relay-client/replay/replay_run.h"
#include "relay-client/simulate/event_dress.h"

/* Webhooks that nobody sent: events are dressed, put into bodies as LINE does, signed, and sent
 * by a replay_run, whose maker this is.  A round is one sending of all events; each round has
 * ids and tokens of its own.
 *
 *     plan = {...}; options.maker = &simulate_plan_maker; options.maker_owner = &plan;
 *     options.times = simulate_plan_len(&plan); replay_run_open(...)
 *
 * Life: filled in -> simulate_plan_len, _make ... -> simulate_plan_fini */

#define SIMULATE_EVENTS_MAX 100u
#define SIMULATE_TIMES_MAX  1000u
#define SIMULATE_PAUSE_MAX  60000u /* ms: between, and before a redelivery */
#define SIMULATE_DRIP_MAX   30000u /* ms */
#define SIMULATE_BODY_MAX   REPLAY_BODY_MAX

enum simulate_order { SIMULATE_LISTED, SIMULATE_REVERSED, SIMULATE_SHUFFLED };
enum simulate_sign {
    SIMULATE_SIGN_RIGHT,
    SIMULATE_SIGN_PREVIOUS, /* by the second secret of LINE, as before a rotation */
    SIMULATE_SIGN_WRONG,    /* does the bot refuse it? */
    SIMULATE_SIGN_MISSING,
};
/* "listed", ... and "right", ... */
bool simulate_plan_order_parse(struct span name, enum simulate_order *out);
bool simulate_plan_sign_parse(struct span name, enum simulate_sign *out);

/* An event, or a piece of one, and who did it. */
struct simulate_event {
    struct span text;                /* JSON; borrowed, like all here */
    const char *user, *group, *room; /* ids, or NULL: event_dress.h */
};

struct simulate_plan {
    const struct simulate_event *events;
    size_t events_len; /* 1 .. SIMULATE_EVENTS_MAX */
    const char *destination;
    struct line_mint *mint;
    struct random *random;
    const struct secrets *secrets;
    bool is_each; /* each event in a webhook of its own */
    enum simulate_order order;
    enum simulate_sign sign;
    bool is_standby, has_extra;
    bool is_duplicate;   /* the same bytes twice */
    bool is_redelivery;  /* the events say that they are one; there is no other delivery */
    bool is_redelivered; /* once more, marked so, as if the bot had failed */
    uint64_t redeliver_after_ms;
    uint64_t delay_ms; /* so old are the events when they arrive */
    unsigned times;    /* rounds, 1 .. SIMULATE_TIMES_MAX */
    uint64_t every_ms; /* between the beginnings; 0: each after the answer to the last */
    /* Where to: as in replay_plan. */
    const char *path; /* "/callback" */
    const char *target;
    struct span public_authority, public_prefix;

    /* One was dressed, before it is sent; or NULL.  Borrowed. */
    void (*on_event)(void *owner, size_t index, struct span event);
    void *owner;

    /* The round that is being sent: the maker's own. */
    struct bytes *bodies; /* owned */
    size_t bodies_len;
    char detail[EVENT_DRESS_DETAIL]; /* after a failure, for people */
};

extern const struct replay_maker simulate_plan_maker; /* its owner is the plan */

/* Webhooks in all. */
unsigned simulate_plan_len(const struct simulate_plan *p);
/* The n-th of them, as the maker makes it.  ERR_NOT_FOUND: there is no secret to sign with, or
 * no previous one; ERR_SYNTAX, ERR_LIMIT: an event cannot be dressed.  `out->detail` says
 * which.  `out` needs replay_request_fini whatever it is. */
MUST_CHECK enum err simulate_plan_make(struct simulate_plan *p, unsigned n, uint64_t now_ms,
                                       struct replay_request *out);
void simulate_plan_fini(struct simulate_plan *p);

#endif
