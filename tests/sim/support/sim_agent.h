/* One simulated agent: the real deliveries of the agent with a real journal, behind links that
 * misbehave as planned.  Dialling is left out: a link is there when it is opened.
 *
 * Its journal lives on a loop of its own.  What the disk has to say is heard only when the
 * simulation turns that loop (sim_agent_catch_up), and so always at the same moment.
 *
 * Life: sim_agent_open -> ... -> sim_agent_begin_end -> sim_agent_has_ended ->
 *       (sim_agent_start again ...) -> sim_agent_free */
#ifndef TESTS_SIM_SUPPORT_SIM_AGENT_H
#define TESTS_SIM_SUPPORT_SIM_AGENT_H

#include "link/link_session.h"
#include "net/fault_stream.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/agent/webhook/intake.h"
#include "sim/support/sim_bot.h"
#include "unit/support/front_rig.h"

/* The delivery that only says that the disk has caught up. */
#define SIM_MARK "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"

struct sim_agent;

struct sim_link {
    struct sim_link *next;
    struct sim_agent *agent;      /* back-pointer */
    struct link_session *session; /* NULL after on_closed */
    struct intake intake;
    struct fault_plan inside, outside; /* of the relay's end and of the agent's */
    unsigned number;
    bool is_ending; /* GOAWAY was heard, or it was lost */
};

struct sim_agent {
    struct front_rig *rig;     /* borrowed: the relay */
    struct sim_ledger *ledger; /* borrowed */
    struct random *random;     /* borrowed */
    char name[32];             /* of the tunnel */
    const char *path;          /* of the journal */
    struct loop *disk;
    struct journal *journal; /* NULL while it does not run */
    struct sim_bot *bot;     /* the same */
    bool is_ending;          /* restarts */
    struct agent_options options;
    struct agent_context context;
    struct sim_link *links; /* all that ever were, newest first */
    unsigned links_len;
};

void sim_agent_open(struct sim_agent *a, struct front_rig *rig, struct sim_ledger *ledger,
                    struct random *random, const char *name);
bool sim_agent_runs(const struct sim_agent *a);
/* A new link, which takes the tunnel over. */
void sim_agent_link(struct sim_agent *a, size_t chunk);
/* The newest link, if it is still there; else NULL. */
struct sim_link *sim_agent_current(struct sim_agent *a);
size_t sim_agent_live_links(const struct sim_agent *a);
/* Everything that was recorded so far is on disk, and whoever waits for it is told. */
void sim_agent_catch_up(struct sim_agent *a);
/* What is due on the disk's loop. */
void sim_agent_tick(struct sim_agent *a);

/* Links break, the bot goes away, and when all deliveries are over so does the journal. */
void sim_agent_begin_end(struct sim_agent *a);
/* Has it?  Then it may be started again. */
bool sim_agent_has_ended(struct sim_agent *a);
void sim_agent_start(struct sim_agent *a);
/* No fault from now on. */
void sim_agent_heal(struct sim_agent *a);
void sim_agent_free(struct sim_agent *a);

#endif
