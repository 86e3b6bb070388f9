#include "relay-client/lineapi/emulate/emulated_members.h"
#include "relay-client/lineapi/emulate/message/message_operations.h"
#include "relay-client/lineapi/emulate/message/message_sending.h"

#include "relay-client/lineapi/emulate/people/people_list.h"
#include "relay-client/lineapi/validate/message_check.h"

static const struct emulated_member members[] = {
    {"messages", JSON_ARRAY},
    {"notificationDisabled", JSON_BOOL},
    {NULL, JSON_NONE},
};

void emulate_broadcast(struct emulated_call *c)
{
    const struct message_check check = {.body = c->body};
    struct lineapi_problems problems = {.len = 0};
    struct people_list friends;

    if (!emulated_members_check(c, members))
        return;
    message_check_list(&check, json_member(c->root, "messages"), &problems);
    if (problems.total > 0) {
        emulated_call_refuse_problems(c, &problems);
        return;
    }
    if (people_list_followers(c->emulator, &friends) != OK) {
        emulated_call_refuse(c, 500, "%s", err_text(ERR_NOMEM));
        return;
    }
    if (message_sending_has_quota(c, friends.len))
        (void)message_sending_accept(c, SENT_BROADCAST, friends.len);
    people_list_fini(&friends);
}
