/* Message objects are looked at, nothing is sent and no reply token asked for. */
#include "relay-client/lineapi/emulate/emulated_members.h"
#include "relay-client/lineapi/emulate/message/message_operations.h"

#include "relay-client/lineapi/validate/message_check.h"

static const struct emulated_member members[] = {
    {"messages", JSON_ARRAY},
    {NULL, JSON_NONE},
};

static void check(const struct emulated_call *c, const struct message_check *check,
                  struct lineapi_problems *out)
{
    *out = (struct lineapi_problems){.len = 0};
    message_check_list(check, json_member(c->root, "messages"), out);
}

void emulate_validate_to_many(struct emulated_call *c)
{
    struct lineapi_problems problems;

    if (!emulated_members_check(c, members))
        return;
    check(c, &(struct message_check){.body = c->body}, &problems);
    if (problems.total > 0)
        emulated_call_refuse_problems(c, &problems);
}

/* Nobody has said to whom: it is fine if some chat would take it. */
void emulate_validate_to_one_chat(struct emulated_call *c)
{
    struct message_check to_user = {.is_to_one_chat = true, .body = c->body};
    struct message_check to_group = {.is_to_one_chat = true, .is_group = true, .body = c->body};
    struct lineapi_problems of_user, of_group;

    if (!emulated_members_check(c, members))
        return;
    check(c, &to_user, &of_user);
    check(c, &to_group, &of_group);
    if (of_user.total > 0 && of_group.total > 0)
        emulated_call_refuse_problems(c, of_group.total < of_user.total ? &of_group : &of_user);
}
