#include "unit/support/gate_rig.h"

#include "unit/check.h"

const char *gate_rig_hello(const char *token, const char *tunnel)
{
    static char fields[512];

    (void)snprintf(fields, sizeof fields,
                   "connection: Upgrade\nupgrade: hookline/1\nauthorization: Bearer %s\n"
                   "hookline-tunnel: %s\n",
                   token, tunnel);
    return fields;
}

void gate_rig_ask(struct front_rig *rig, size_t i, const char *fields)
{
    struct public_request request = front_rig_get(LINK_PATH);

    request.authority = FRONT_RIG_DOMAIN;
    request.fields = fields;
    public_client_close(front_rig_client(rig, i));
    front_rig_run(rig);
    CHECK(front_rig_call(rig, i, false));
    front_rig_ask(rig, i, &request);
}

void gate_rig_ask_link(struct front_rig *rig, size_t i, const char *token, const char *tunnel)
{
    gate_rig_ask(rig, i, gate_rig_hello(token, tunnel));
}

void gate_rig_check_refused(struct front_rig *rig, size_t i, enum link_refusal why)
{
    struct problem want = link_refusal_problem(why);

    public_client_check_problem(front_rig_client(rig, i), &want);
}

void gate_rig_become_agent(struct front_rig *rig, size_t i)
{
    struct span early;
    struct stream *s = public_client_take(front_rig_client(rig, i), &early);

    CHECK(fake_agent_sit(&rig->agents[i], rig->loop, s, early));
    front_rig_run(rig);
}

void gate_rig_link(struct front_rig *rig, size_t i, const char *token, const char *tunnel)
{
    gate_rig_ask_link(rig, i, token, tunnel);
    gate_rig_become_agent(rig, i);
}
