#include "relay-client/lineapi/emulate/emulated_members.h"
#include "relay-client/lineapi/emulate/message/message_operations.h"
#include "relay-client/lineapi/emulate/message/message_sending.h"

#include "relay-client/lineapi/emulate/people/people_list.h"
#include "relay-client/lineapi/validate/message_check.h"

static const struct emulated_member members[] = {
    {"to", JSON_STRING},
    {"messages", JSON_ARRAY},
    {"notificationDisabled", JSON_BOOL},
    {"customAggregationUnits", JSON_ARRAY},
    {NULL, JSON_NONE},
};

/* Each member of a group counts.  False: refused. */
static bool count_people(struct emulated_call *c, struct span to, uint64_t *out)
{
    struct people_list list;

    *out = 1;
    if (people_is_id(to, "U"))
        return true;
    if (people_list_members(c->emulator, to, &list) != OK) {
        emulated_call_refuse(c, 500, "%s", err_text(ERR_NOMEM));
        return false;
    }
    *out = list.len;
    people_list_fini(&list);
    return true;
}

static bool is_fine(struct emulated_call *c, struct span to)
{
    const struct message_check check = {
        .is_group = people_is_id(to, "CR"),
        .is_to_one_chat = true,
        .body = c->body,
    };
    struct lineapi_problems problems = {.len = 0};

    if (to.len == 0)
        lineapi_problems_add(&problems, NULL, "to", "May not be empty");
    message_check_list(&check, json_member(c->root, "messages"), &problems);
    message_sending_check_units(c, &problems);
    if (problems.total > 0)
        emulated_call_refuse_problems(c, &problems);
    return problems.total == 0;
}

/* Somebody who blocks the account gets nothing, and the bot hears nothing of it. */
void emulate_push(struct emulated_call *c)
{
    struct span to = span_text(json_string(json_member(c->root, "to")));
    uint64_t people;

    if (!emulated_members_check(c, members) || !is_fine(c, to))
        return;
    if (!people_is_id(to, "UCR")) {
        emulated_members_refuse(c, "to");
        c->problem = "refused";
        return;
    }
    if (people_has_left(c->emulator, to)) {
        emulated_call_refuse(c, 400, "Failed to send messages");
        return;
    }
    if (count_people(c, to, &people) && message_sending_has_quota(c, people))
        (void)message_sending_accept(c, SENT_PUSH, people);
}
