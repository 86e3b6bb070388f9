/* A whole relay on ports of 127.0.0.1 with certificates of test_pki, public clients and
 * agents; only the clock does not move by itself.
 *
 * Life: relay_rig_open -> ... -> relay_rig_close (nothing may be left) */
#ifndef TESTS_UNIT_SUPPORT_RELAY_RIG_H
#define TESTS_UNIT_SUPPORT_RELAY_RIG_H

#include "base/clock.h"
#include "relay-server/serve/relay.h"
#include "unit/support/fake_agent.h"
#include "unit/support/loopback.h"
#include "unit/support/test_pki.h"
#include "unit/support/token_store.h"

#define RELAY_RIG_CLIENTS 8u
#define RELAY_RIG_AGENTS  4u
#define RELAY_RIG_NOW_MS  UINT64_C(1795894305000)

struct relay_rig {
    struct clock_fake clock;
    struct loop *loop;
    struct random_seeded random;
    struct tls_identity identity; /* for relay.test, *.relay.test and 127.0.0.1 */
    struct relay_options options; /* to be changed before relay_rig_start */
    struct relay *relay;          /* NULL before relay_rig_start and after on_closed */
    unsigned closed;
    struct token_store tokens;
    const char *token;  /* for "mybot" */
    const char *wishes; /* more fields of the agents' hellos, or NULL */
    char url[300];      /* what the agent that linked last was told */
    char kept[24];      /* and how many wait for it; "": none */
    struct tls_context *http1, *http2;
    struct public_client clients[RELAY_RIG_CLIENTS];
    struct fake_agent agents[RELAY_RIG_AGENTS];
    unsigned long live;
};

/* Loop, tokens, certificates, options; no relay yet. */
void relay_rig_prepare(struct relay_rig *rig);
enum err relay_rig_start(struct relay_rig *rig);
/* Both; it must work. */
void relay_rig_open(struct relay_rig *rig);
/* Another certificate for the same names. */
struct tls_identity relay_rig_make_identity(void);

/* The i-th client connects by TLS to `host`, and does so in vain if there is no relay. */
void relay_rig_call(struct relay_rig *rig, size_t i, const char *host, bool is_h2);
bool relay_rig_ask(struct relay_rig *rig, size_t i, const struct public_request *request);
/* A webhook, and a plain request, for mybot. */
struct public_request relay_rig_webhook(const char *body);
struct public_request relay_rig_get(const char *target);
/* The i-th client becomes the i-th agent. */
void relay_rig_link(struct relay_rig *rig, size_t i, const char *token, const char *tunnel);
/* The i-th client's webhook, stored but not answered by the agent. */
struct fake_call *relay_rig_hold(struct relay_rig *rig, size_t i, struct fake_agent *agent);
/* Turns the loop until the agent's link is closed. */
void relay_rig_wait_unlinked(struct relay_rig *rig, size_t agent);
/* Time passes; what is due happens, and some turns of the loop. */
void relay_rig_advance(struct relay_rig *rig, uint64_t ms);
/* Turns the loop until the relay has closed. */
void relay_rig_wait_closed(struct relay_rig *rig);
void relay_rig_close(struct relay_rig *rig);

#endif
