/* An account without memberships, as most are. */
#include "relay-client/lineapi/emulate/account/account_operations.h"

#include "relay-client/lineapi/emulate/people/people_params.h"

void emulate_membership_list(struct emulated_call *c)
{
    emulated_call_refuse(c, 404, "Membership plan not found");
}

void emulate_membership_of_user(struct emulated_call *c)
{
    if (people_params_is_user(c, 0))
        emulated_call_refuse(c, 404, "Not found");
}

void emulate_membership_users(struct emulated_call *c)
{
    emulated_call_refuse(c, 404, "Membership ID is not found");
}
