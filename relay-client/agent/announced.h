#ifndef CLIENT_AGENT_ANNOUNCED_H
#define CLIENT_AGENT_ANNOUNCED_H

#include "relay-client/agent/recording.h"

/* Webhooks that this machine sends to its own public address: replays and simulations by way
 * of the relay.  They come back over the link without a mark of ours, so they are announced
 * by the hash of their body, and recognised by it; each announcement is for one webhook.
 *
 * Life: zeroed -> announced_put -> announced_recognise -> announced_stored ->
 *       announced_collect; announced_free (also of a zeroed one) */

#define ANNOUNCED_MAX     1024u  /* the oldest go */
#define ANNOUNCED_LIFE_MS 60000u /* until it has come, and until its id is collected */

struct announced_entry {
    uint64_t number; /* of this agent, from 1; 0: the place is free */
    uint8_t sha256[32];
    uint64_t replay_of; /* 0: none */
    bool is_simulated;
    bool is_here;
    uint64_t exchange; /* its id, once it is stored */
    uint64_t until_ms; /* loop_now_ms */
};

void announced_free(struct announced *a);
/* `wish`: hash, replay_of and is_simulated.  From now on pushes are held (push_guard.h).
 * ERR_NOMEM. */
MUST_CHECK enum err announced_put(struct agent_context *agent,
                                  const struct announced_entry *wish);
/* A whole webhook came over the link: if it was announced, it is recorded as what it is. */
void announced_recognise(struct recording *r);
/* ... and has this id now. */
void announced_stored(const struct recording *r);
/* The id of the oldest that has come with this hash, once; 0: none. */
uint64_t announced_collect(struct agent_context *agent, const uint8_t sha256[static 32]);

#endif
