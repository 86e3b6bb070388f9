#ifndef SERVER_RELAY_STATE_H
#define SERVER_RELAY_STATE_H

#include "base/random.h"
#include "codec/ulid.h"
#include "loop/loop.h"
#include "relay-server/inbox/inbox.h"
#include "relay-server/links/agent_wait.h"
#include "relay-server/links/links.h"
#include "relay-server/links/tunnels.h"
#include "relay-server/tokens/attempts.h"
#include "relay-server/tokens/tokens.h"

struct late_requests;

/* What the requests of one relay share; owned by relay.c, borrowed everywhere else
 * for as long as the relay lives. */
struct relay_state {
    struct loop *loop;
    struct random *random;
    struct ulid_maker ids;
    struct tunnels tunnels;
    struct links links;
    struct agent_waits waits;
    struct tokens *tokens;      /* owned by relay.c */
    struct attempts *attempts;  /* owned by relay.c */
    struct inbox *inbox;        /* owned by relay.c; NULL: closed, nothing is kept */
    struct list deliveries;     /* see delivery.h; list_init first */
    uint64_t last_seq;          /* see dispatch_next_seq */
    size_t webhook_bodies;      /* bytes that webhooks hold, see room.h */
    struct late_requests *late; /* NULL, unless another process takes over: it gets them */
    const char *domain;         /* the relay's own name: "relay.example.com" */
    unsigned public_port;       /* for the addresses that agents are told */
    bool tunnels_in_path;       /* those addresses are domain/tunnel, not tunnel.domain */
};

#endif
