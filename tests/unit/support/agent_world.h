/* A whole agent: journal, spy, control socket, and if wanted a relay to link to; the clock
 * moves only by hand.  There is one at a time.
 *
 * Life: agent_world_open -> change options -> agent_world_start -> ... -> agent_world_close */
#ifndef TESTS_UNIT_SUPPORT_AGENT_WORLD_H
#define TESTS_UNIT_SUPPORT_AGENT_WORLD_H

#include "relay-client/agent/agent.h"
#include "unit/support/fake_relay.h"
#include "unit/support/net_peer.h"
#include "unit/support/spy_handler.h"

#define AGENT_WORLD_SECRET "0123456789abcdef0123456789abcdef"

struct agent_world {
    struct clock_fake clock;
    struct loop *loop;
    struct random_seeded random;
    struct journal *journal; /* NULL once closed */
    struct spy_handler spy;
    bool spy_closed;
    struct signature_secret secret;
    struct fake_relay *relay; /* NULL: none */
    struct agent_options options;
    struct agent *agent;    /* NULL once closed */
    struct net_peer client; /* of agent_world_connect */
    int events;             /* of the agent, all of them */
    int shut_at;            /* agent_shutdown inside this event, 0: never */
    int statuses, exchanges, closed;
    enum agent_state state; /* as it was told last */
    bool webhook;           /* the last exchange was one */
    unsigned status;
    unsigned long live;
};

extern struct agent_world agent_world;

void agent_world_open(bool with_relay);
enum err agent_world_start(void);
/* Shuts the agent down if need be; nothing may be left. */
void agent_world_close(void);

/* To the control socket; waits until it is open. */
void agent_world_connect(void);
/* Says it over the control socket and waits for the end of the exchange. */
void agent_world_say(const char *text);
bool agent_world_heard(const char *part);
void agent_world_wait(const int *flag, int count);
void agent_world_await(enum agent_state state);
void agent_world_advance(uint64_t ms);
void agent_world_settle(void);
/* Until the journal has done all that it was given (by one more record, "fence-..."). */
void agent_world_fence(void);
/* POST /callback, signed, over the relay's last link. */
enum err agent_world_webhook(struct exchange_log *log, const char *delivery, const char *body);

#endif
