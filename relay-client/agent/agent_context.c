#include "relay-client/agent/agent_context.h"

bool agent_context_is_quiet(const struct agent_context *a)
{
    return a->holds == 0 && list_is_empty(&a->deliveries);
}

void agent_context_hold(struct agent_context *a)
{
    a->holds++;
}

void agent_context_release(struct agent_context *a)
{
    a->holds--;
    if (agent_context_is_quiet(a))
        a->on_quiet(a);
}

void agent_context_tell_counts(struct agent_context *a)
{
    if (a->on_counts)
        a->on_counts(a);
}
