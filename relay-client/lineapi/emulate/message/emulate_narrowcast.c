#include "relay-client/lineapi/emulate/emulated_members.h"
#include "relay-client/lineapi/emulate/message/message_operations.h"
#include "relay-client/lineapi/emulate/message/message_sending.h"
#include "relay-client/lineapi/emulate/message/narrowcasts.h"

#include "base/text.h"
#include "relay-client/lineapi/emulate/people/people_list.h"
#include "relay-client/lineapi/validate/field_check.h"
#include "relay-client/lineapi/validate/message_check.h"

#include <stdio.h>

#define NOT_ENOUGH_QUOTA 5u /* LINE's errorCode: only a part of them could have been sent to */

static const struct emulated_member members[] = {
    {"messages", JSON_ARRAY}, {"recipient", JSON_OBJECT},          {"filter", JSON_OBJECT},
    {"limit", JSON_OBJECT},   {"notificationDisabled", JSON_BOOL}, {NULL, JSON_NONE},
};

/* --- who: "recipient" --- */

/* Audiences are not emulated: any number could be one.  False: the call is refused. */
static bool is_audience(struct emulated_call *c, const struct json_value *recipient)
{
    const struct json_value *id = json_member(recipient, "audienceGroupId");
    int64_t number = 0;

    if (json_i64(id, &number) && number > 0)
        return true;
    if (json_kind(id) == JSON_NUMBER)
        emulated_call_refuse(c, 400, "Invalid audience group id: %lld", (long long)number);
    else
        emulated_members_refuse(c, "recipient.audienceGroupId");
    return false;
}

static bool is_redelivery(struct emulated_call *c, const struct json_value *recipient)
{
    const char *id = json_string(json_member(recipient, "requestId"));

    if (id && narrowcasts_find(c->emulator->narrowcasts, span_text(id)))
        return true;
    emulated_call_refuse(c, 400, "Invalid request id: %.100s", id ? id : "");
    return false;
}

/* One that is no operator, or a list of them, as deep as JSON may be. */
static bool is_recipient(struct emulated_call *c, const struct json_value *r)
{
    static const char *const lists[] = {"and", "or"};
    const char *type = json_string(json_member(r, "type"));
    const struct json_value *not = json_member(r, "not");

    if (type && strcmp(type, "audience") == 0)
        return is_audience(c, r);
    if (type && strcmp(type, "redelivery") == 0)
        return is_redelivery(c, r);
    if (!type || strcmp(type, "operator") != 0) {
        emulated_members_refuse(c, "recipient.type");
        return false;
    }
    for (size_t i = 0; i < 2; i++)
        for (const struct json_value *v = json_first(json_member(r, lists[i])); v;
             v = json_next(v))
            if (!is_recipient(c, v))
                return false;
    return json_kind(not ) != JSON_OBJECT || is_recipient(c, not );
}

static bool has_recipient(struct emulated_call *c)
{
    const struct json_value *r = json_member(c->root, "recipient");

    return json_kind(r) != JSON_OBJECT || is_recipient(c, r);
}

/* --- how many: "limit" --- */

struct limit {
    uint64_t max;
    bool is_within_quota, is_all_or_none;
};

static struct limit read_limit(const struct emulated_call *c)
{
    const struct json_value *v = json_member(c->root, "limit");
    struct limit limit = {.max = UINT64_MAX};

    (void)json_u64(json_member(v, "max"), &limit.max);
    (void)json_bool(json_member(v, "upToRemainingQuota"), &limit.is_within_quota);
    (void)json_bool(json_member(v, "forbidPartialDelivery"), &limit.is_all_or_none);
    return limit;
}

static void check_limit(const struct emulated_call *c, struct lineapi_problems *problems)
{
    static const struct field_rule rules[] = {
        {.name = "max", .kind = FIELD_INTEGER, .min = 1, .max = INT32_MAX},
        {.name = "upToRemainingQuota", .kind = FIELD_BOOL},
        {.name = "forbidPartialDelivery", .kind = FIELD_BOOL},
        {.name = NULL},
    };
    const struct field_scope body = {.object = c->root, .problems = problems};
    struct field_scope limit;

    if (field_check_object(&body, "limit", false, &limit))
        field_check_rules(&limit, rules);
}

/* --- the call --- */

static bool is_fine(struct emulated_call *c)
{
    const struct message_check check = {.body = c->body};
    struct limit limit = read_limit(c);
    struct lineapi_problems problems = {.len = 0};

    message_check_list(&check, json_member(c->root, "messages"), &problems);
    check_limit(c, &problems);
    if (problems.total > 0)
        emulated_call_refuse_problems(c, &problems);
    else if (limit.is_all_or_none && !limit.is_within_quota)
        emulated_call_refuse(
            c, 400, "The option forbidPartialDelivery must be used with upToRemainingQuota.");
    else
        return has_recipient(c);
    return false;
}

static void accept(struct emulated_call *c, const struct narrowcast *n, uint64_t counted)
{
    if (!message_sending_accept(c, SENT_NARROWCAST, counted))
        return;
    narrowcasts_add(c->emulator->narrowcasts, n);
    c->status = 202;
}

static void send_to(struct emulated_call *c, uint64_t friends)
{
    struct limit limit = read_limit(c);
    uint64_t left = message_sending_left(c->emulator, c->now_ms);
    struct narrowcast n = {.accepted_ms = c->now_ms,
                           .people = friends < limit.max ? friends : limit.max};

    (void)snprintf(n.request_id, sizeof n.request_id, "%.39s", c->request_id);
    if (friends == 0) {
        emulated_call_refuse(c, 403, "Your account does not have enough friends");
        return;
    }
    if (limit.is_within_quota && left < n.people) {
        n.fails = limit.is_all_or_none ? NOT_ENOUGH_QUOTA : 0;
        n.people = limit.is_all_or_none ? n.people : left;
    } else if (!message_sending_has_quota(c, n.people)) {
        return;
    }
    accept(c, &n, n.fails ? 0 : n.people);
}

void emulate_narrowcast(struct emulated_call *c)
{
    struct people_list friends;

    if (!emulated_members_check(c, members) || !is_fine(c))
        return;
    if (people_list_followers(c->emulator, &friends) != OK) {
        emulated_call_refuse(c, 500, "%s", err_text(ERR_NOMEM));
        return;
    }
    send_to(c, friends.len);
    people_list_fini(&friends);
}
