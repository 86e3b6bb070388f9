#include "relay-client/agent/link_gap.h"

#include "relay-client/journal/journal_edit.h"

static void end(struct link_gap *g, uint64_t wall_ms)
{
    if (g->is_open)
        journal_edit_gap_ends(g->journal, JOURNAL_GAP_LINK, wall_ms);
    g->is_open = false;
    g->lost_ms = 0;
}

static void begin(struct link_gap *g)
{
    if (!g->is_open)
        journal_edit_gap_begins(g->journal, JOURNAL_GAP_LINK, g->lost_ms);
    g->is_open = true;
}

void link_gap_note(struct link_gap *g, enum agent_state state, uint64_t wall_ms)
{
    if (state != AGENT_LINKED && g->lost_ms == 0)
        g->lost_ms = wall_ms;
    switch (state) {
    case AGENT_CONNECTING:
        break;
    case AGENT_LINKED:
        end(g, wall_ms);
        break;
    case AGENT_WAITING:
    case AGENT_REFUSED:
    case AGENT_REPLACED:
        begin(g);
        break;
    }
}
