#include "relay-client/lineapi/emulate/emulated_members.h"
#include "relay-client/lineapi/emulate/message/message_operations.h"
#include "relay-client/lineapi/emulate/message/message_sending.h"

#include "relay-client/lineapi/emulate/people/people.h"
#include "relay-client/lineapi/validate/message_check.h"

#define TO_MAX 500u

static const struct emulated_member members[] = {
    {"to", JSON_ARRAY},
    {"messages", JSON_ARRAY},
    {"notificationDisabled", JSON_BOOL},
    {"customAggregationUnits", JSON_ARRAY},
    {NULL, JSON_NONE},
};

static bool is_fine(struct emulated_call *c, const struct json_value *to)
{
    const struct message_check check = {.body = c->body};
    struct lineapi_problems problems = {.len = 0};
    size_t len = json_len(to);

    if (json_kind(to) != JSON_ARRAY)
        lineapi_problems_add(&problems, NULL, "to", "May not be empty");
    else if (len == 0 || len > TO_MAX)
        lineapi_problems_add(&problems, NULL, "to", "Size must be between 1 and %u", TO_MAX);
    message_check_list(&check, json_member(c->root, "messages"), &problems);
    message_sending_check_units(c, &problems);
    if (problems.total > 0)
        emulated_call_refuse_problems(c, &problems);
    return problems.total == 0;
}

static bool are_users(struct emulated_call *c, const struct json_value *to)
{
    size_t index = 0;

    for (const struct json_value *v = json_first(to); v; v = json_next(v), index++) {
        if (people_is_id(span_text(json_string(v)), "U"))
            continue;
        emulated_members_refuse(c, "to[%zu]", index);
        if (json_string(v))
            c->problem = "refused";
        return false;
    }
    return true;
}

void emulate_multicast(struct emulated_call *c)
{
    const struct json_value *to = json_member(c->root, "to");

    if (!emulated_members_check(c, members) || !is_fine(c, to) || !are_users(c, to))
        return;
    if (message_sending_has_quota(c, json_len(to)))
        (void)message_sending_accept(c, SENT_MULTICAST, json_len(to));
}
