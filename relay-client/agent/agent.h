#ifndef CLIENT_AGENT_AGENT_H
#define CLIENT_AGENT_AGENT_H

#include "link/link_handshake.h"
#include "loop/loop.h"
#include "net/stream.h"
#include "relay-client/agent/agent_settling.h"
#include "relay-client/agent/summary.h"
#include "relay-client/handler/handler.h"
#include "relay-client/journal/journal.h"
#include "relay-client/lineapi/given_events.h"
#include "relay-client/lineapi/line_mint.h"
#include "relay-client/lineapi/push_guard.h"

/* The program on the laptop, running: keeps a link to the relay for ever, records
 * every request, checks signatures, calls the handler, answers.
 *
 * Life: agent_open -> events ... -> agent_shutdown -> on_closed (freed).
 * With a relay it first finds in the journal what the handler still has to get, and tries
 * that again; without one it leaves it alone. */
struct agent;
struct lineapi;

enum agent_state {
    AGENT_CONNECTING, /* dialling, TLS, handshake */
    AGENT_LINKED,
    AGENT_WAITING,  /* before the next try */
    AGENT_REFUSED,  /* the relay said no; tries go on, slowly */
    AGENT_REPLACED, /* another agent has the tunnel; no further tries */
};

/* "connecting", "linked", "waiting", "refused", "replaced". */
const char *agent_state_text(enum agent_state state);

struct agent_status {
    enum agent_state state;
    const char *url;    /* public address, "" before the first link */
    const char *detail; /* why not linked, and what to do */
    uint64_t retry_ms;  /* AGENT_WAITING, AGENT_REFUSED: from now */
    uint64_t rtt_us;    /* of the link, 0 unknown */
    unsigned attempt;
    uint64_t kept;           /* in the relay's inbox still: they drain while linked */
    uint64_t pending, aside; /* in the journal: struct journal_unfinished */
};

struct agent_events {
    void (*on_status)(void *owner, const struct agent_status *status);
    void (*on_exchange)(void *owner, const struct summary *summary);
    void (*on_closed)(void *owner);
};

/* Another handler that a replay may name. */
struct agent_target {
    const char *name;
    struct handler *handler;
};

struct agent_options {
    const char *relay_host; /* NULL: no link, only the local port (replay) */
    unsigned relay_port;
    const char *tunnel;
    const char *token;
    const char *ca_file;                /* or NULL */
    const char *pin;                    /* or NULL */
    const char *control_socket;         /* path for local requests, or NULL */
    struct journal *journal;            /* borrowed until on_closed */
    struct handler *handler;            /* borrowed until on_closed */
    const struct agent_target *targets; /* borrowed until on_closed */
    size_t targets_len;
    const struct signature_secret *secrets; /* borrowed until on_closed */
    size_t secrets_len;
    /* POSTs to this path (webhook_path.h) must be signed.  NULL: any POST, if there are
     * secrets */
    const char *webhook_path;
    bool pass_invalid; /* hand requests with a wrong signature to the handler too */
    /* Of webhooks that come over the link, see docs/delivery.md. */
    enum link_answer answer;
    enum link_offline offline;
    bool no_retry; /* what the handler gave no answer to is over */
    bool dedupe;   /* what it has had already (journal_ticket.is_repeated) is kept from it */
    /* What the bot is given is told to these, before it gets it (bot_call.h); borrowed until
     * on_closed; NULL: there is nobody to tell.  `mint` knows simulated events as its own. */
    struct given_events *given;
    struct push_guard *guard;
    struct line_mint *mint;
    struct lineapi *lineapi; /* for who asks about it, and its people; NULL: it is closed */
    struct random *random;
    char detail[256]; /* out: why agent_open failed, and what to do */
};

/* `options` is copied, what it points to is borrowed until on_closed. */
MUST_CHECK enum err agent_open(struct loop *l, struct agent_options *options,
                               const struct agent_events *events, void *owner,
                               struct agent **out);
/* Serves the requests of `stream` (HTTP/1) as if they had come over the link: for
 * replays in the same process. */
MUST_CHECK enum err agent_serve(struct agent *a, struct stream *stream);
/* The inspector's address with its key, for who asks over the control socket; copied. */
void agent_show_inspector(struct agent *a, const char *url);
/* A replay (of that exchange, or 0) or simulation with this body is sent to the public address
 * now, and comes back over the link (announced.h).  ERR_NOMEM. */
MUST_CHECK enum err agent_announce(struct agent *a, struct span body, uint64_t replay_of,
                                   bool is_simulated);
/* Its id, once it has come; 0: it has not. */
uint64_t agent_announced(struct agent *a, struct span body);
/* As `hookline retry` and `drop`, see agent_settling.h. */
MUST_CHECK enum err agent_settle(struct agent *a, struct agent_settling *s);
/* Finishes what is under way (at most 30 s), tells the relay, then on_closed.  Again:
 * links and connections are cut; a request that a handler has goes on to its end. */
void agent_shutdown(struct agent *a);

#endif
