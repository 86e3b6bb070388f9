#include "relay-client/lineapi/emulate/people/people_params.h"

static bool is_group(const struct emulated_call *c)
{
    return strstr(c->operation->pattern, "/group/") != NULL;
}

bool people_params_is_user(struct emulated_call *c, size_t index)
{
    if (people_is_id(c->params[index], "U"))
        return true;
    emulated_call_refuse(c, 400, "The value for the 'userId' parameter is invalid");
    return false;
}

bool people_params_has_chat(struct emulated_call *c)
{
    bool group = is_group(c);

    if (!people_is_id(c->params[0], group ? "C" : "R"))
        emulated_call_refuse(c, 400, "The value for the '%s' parameter is invalid",
                             group ? "groupId" : "roomId");
    else if (!people_has_chat(c->emulator, c->params[0]))
        emulated_call_refuse(c, 404, "Not found");
    return c->status == 200;
}
