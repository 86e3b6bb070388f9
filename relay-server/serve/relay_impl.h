#ifndef SERVER_RELAY_IMPL_H
#define SERVER_RELAY_IMPL_H

/* What a relay is made of; for the relay*.c files of this folder only:
 *   relay.c          its life
 *   relay_parts.c    what is opened at the start
 *   relay_handover.c the end that another process takes over */

#include "loop/deadline.h"
#include "loop/defer.h"
#include "relay-server/control/control_server.h"
#include "relay-server/handover/handover_giver.h"
#include "relay-server/handover/late_requests.h"
#include "relay-server/handover/predecessor.h"
#include "relay-server/ingress/plain_port.h"
#include "relay-server/serve/relay.h"
#include "relay-server/serve/relay_state.h"

enum relay_phase {
    RELAY_OPEN,
    RELAY_HANDING,  /* another one takes over: accepts nobody, requests wait */
    RELAY_DRAINING, /* what is under way finishes */
    RELAY_CLOSING,  /* it is cut */
    RELAY_CLOSED,
};

/* A takeover that has begun. */
struct relay_handing {
    bool is_broken;        /* as soon as the inbox is closed all is taken back */
    struct deadline retry; /* of taking back */
    uint64_t since_ms;     /* when that began */
};

struct relay {
    struct relay_state state;
    struct relay_options *options;   /* borrowed */
    struct worker *worker;           /* owned; handshakes and challenge files */
    struct tls_context *tls;         /* counted */
    struct ingress *ingress;         /* owned, NULL once closed */
    struct plain_port *plain;        /* owned, NULL once closed or if there is none */
    struct control_server *control;  /* owned, NULL: none, or closed */
    struct handover_giver *giver;    /* owned, NULL: none, or closed */
    struct late_requests *late;      /* owned; state.late while it is in use */
    struct predecessor *predecessor; /* owned, NULL: none, or gone */
    enum relay_phase phase;
    bool is_inbox_closing;
    struct relay_handing handing;
    uint64_t opened_us; /* monotonic */
    struct deadline tokens_tick;
    struct deadline drain;
    unsigned cut_ms; /* from the time when webhooks go to the inbox to the end */
    struct defer_task closed_task;
};

/* --- relay.c --- */

/* Calls itself off: everything else waits for it. */
void relay_close_when_empty(struct relay *r);
void relay_close_inbox(struct relay *r);
/* Cut by and by: webhooks go to the inbox `settle_ms` from now, the rest ends `cut_ms`
 * later. */
void relay_drain(struct relay *r, unsigned settle_ms, unsigned cut_ms);

/* --- relay_parts.c --- */

/* All that must be there; options->detail says why not. */
MUST_CHECK enum err relay_parts_open(struct relay *r);
MUST_CHECK enum err relay_parts_open_tls(struct relay *r, struct tls_context **out);
MUST_CHECK enum err relay_parts_open_inbox(struct relay *r);
MUST_CHECK enum err relay_parts_open_control(struct relay *r);

/* --- relay_handover.c --- */

extern const struct handover_giver_events relay_handover_giver_events;
extern const struct late_requests_events relay_late_events;
/* The inbox is closed, and RELAY_HANDING. */
void relay_handover_released(struct relay *r);
/* The relay ends in the middle of it. */
void relay_handover_end(struct relay *r);

#endif
