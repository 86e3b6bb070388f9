#include "relay-client/agent/agent_settling.h"

#include "base/container.h"
#include "relay-client/agent/agent_context.h"
#include "relay-client/agent/webhook/pending_queue.h"

static void on_settled(struct journal_settle *j, enum err rc, uint64_t count)
{
    struct agent_settling *s = CONTAINER_OF(j, struct agent_settling, journal);
    struct agent_context *agent = s->agent;

    if (agent->queue && (rc == OK || count > 0))
        pending_queue_settled(agent->queue, s->exchange, s->decision);
    s->done(s, rc, count);
    agent_context_release(agent);
}

enum err agent_settling_start(struct agent_settling *s, struct agent_context *agent)
{
    s->agent = agent;
    s->journal = (struct journal_settle){
        .exchange = s->exchange, .decision = s->decision, .settled = on_settled};
    enum err rc = journal_pending_settle(agent->options->journal, &s->journal);
    if (rc == OK)
        agent_context_hold(agent);
    return rc;
}
