#ifndef CLIENT_INSPECTOR_REPLAY_REPLAY_WAY_H
#define CLIENT_INSPECTOR_REPLAY_REPLAY_WAY_H

#include "relay-client/agent/agent.h"
#include "relay-client/replay/public_place.h"
#include "relay-client/replay/replay_run.h"

/* The two places where a replay or simulation of the inspector can go, and there are no others:
 * the agent of this process, or the tunnel's own public address.  What goes there is announced
 * to the agent, which knows it when it comes back over the link.
 *
 * Life: replay_way_init_... -> ... -> replay_way_fini (also of a zeroed one) */
struct replay_way {
    struct loop *loop;
    struct agent *agent; /* borrowed */
    bool is_public;
    struct public_place place; /* with is_public */
    /* As it is announced: what it repeats (0: nothing), or that it is simulated; neither for
     * what is no webhook. */
    uint64_t replay_of;
    bool is_simulated;
};

void replay_way_init_direct(struct replay_way *w, struct loop *l, struct agent *agent);
/* ERR_SYNTAX: that is no https address. */
MUST_CHECK enum err replay_way_init_public(struct replay_way *w, struct loop *l,
                                           struct agent *agent, const char *public_url);
/* Reads whom the link trusts, from files: not on the loop.  Only for a public way. */
MUST_CHECK enum err replay_way_load_trust(struct replay_way *w, const struct agent_options *o,
                                          char detail[static 256]);
void replay_way_fini(struct replay_way *w);

/* Who sends; its owner is the way. */
const struct replay_sender *replay_way_sender(const struct replay_way *w);

#endif
