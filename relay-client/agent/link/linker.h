#ifndef CLIENT_AGENT_LINKER_H
#define CLIENT_AGENT_LINKER_H

#include "base/random.h"
#include "relay-client/agent/agent.h"
#include "relay-client/agent/webhook/intake.h"

/* Keeps one link to the relay, for ever: dials, waits, dials again, and hands out the
 * requests that arrive.  A link that was told to go (GOAWAY) finishes its requests
 * while the next one is already there.  When another agent has taken the tunnel over it
 * stays off (AGENT_REPLACED).
 *
 * Life: linker_open -> linker_start -> events ... -> linker_shutdown or linker_close ->
 *       on_closed (freed). */
struct linker;

struct linker_options {
    const char *host; /* all borrowed until on_closed */
    unsigned port;
    const char *tunnel;
    const char *token;
    const char *ca_file;
    const char *pin;
    enum link_answer answer;
    enum link_offline offline;
    struct random *random;
    char detail[256]; /* out: why linker_open failed, and what to do */
};

struct linker_events {
    /* The rest of `status` is the agent's to say. */
    void (*on_status)(void *owner, const struct agent_status *status);
    /* A new link; `kept` deliveries wait in the relay's inbox.  on_status follows. */
    void (*on_linked)(void *owner, uint64_t kept);
    /* `intake` is the link's, and ends with it. */
    void (*on_request)(void *owner, struct intake *intake, struct exchange *x,
                       const struct http_head *head);
    void (*on_closed)(void *owner);
};

/* ERR_CONFIG when the trust cannot be set up; tls_context's `detail` says why. */
MUST_CHECK enum err linker_open(struct loop *l, struct linker_options *options,
                                const struct linker_events *events, void *owner,
                                struct linker **out);
/* Dials, from the loop. */
void linker_start(struct linker *k);
/* No new link; requests under way finish (the links say GOAWAY), then on_closed. */
void linker_shutdown(struct linker *k);
void linker_close(struct linker *k);

#endif
