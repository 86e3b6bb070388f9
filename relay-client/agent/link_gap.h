#ifndef CLIENT_AGENT_LINK_GAP_H
#define CLIENT_AGENT_LINK_GAP_H

#include "relay-client/agent/agent.h"

/* Tells the journal when nothing could come because there was no link: from its loss, or
 * from the agent's start, to the next one.  A link that follows another at once, as when a
 * relay is brought up to date, leaves no gap.
 *
 * Life: zeroed but for the journal -> link_gap_note ...; nothing to free. */
struct link_gap {
    struct journal *journal; /* borrowed */
    uint64_t lost_ms;        /* 0: linked, or never looked */
    bool is_open;            /* the journal knows */
};

void link_gap_note(struct link_gap *g, enum agent_state state, uint64_t wall_ms);

#endif
