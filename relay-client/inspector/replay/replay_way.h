#ifndef CLIENT_INSPECTOR_REPLAY_REPLAY_WAY_H
#define CLIENT_INSPECTOR_REPLAY_REPLAY_WAY_H

#include "codec/url.h"
#include "relay-client/agent/agent.h"
#include "relay-client/replay/replay_run.h"

/* The two places where a replay of the inspector can go, and there are no others: the agent of
 * this process, or the tunnel's own public address.
 *
 * Life: replay_way_init_... -> ... -> replay_way_fini (also of a zeroed one) */
struct replay_way {
    struct loop *loop;
    struct agent *agent; /* borrowed; NULL: publicly */
    struct url url;      /* of the tunnel; its path is not used */
    char prefix[256];    /* before the recorded path */
    char authority[URL_AUTHORITY_SIZE];
    struct tls_context *tls; /* counted */
};

void replay_way_init_direct(struct replay_way *w, struct loop *l, struct agent *agent);
/* ERR_SYNTAX: that is no https address. */
MUST_CHECK enum err replay_way_init_public(struct replay_way *w, struct loop *l,
                                           const char *public_url);
/* Reads whom the link trusts, from files: not on the loop.  Only for a public way. */
MUST_CHECK enum err replay_way_load_trust(struct replay_way *w, const struct agent_options *o,
                                          char detail[static 256]);
void replay_way_fini(struct replay_way *w);

/* Who sends; its owner is the way. */
const struct replay_sender *replay_way_sender(const struct replay_way *w);

#endif
