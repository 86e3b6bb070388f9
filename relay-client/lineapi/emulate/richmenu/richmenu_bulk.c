#include "relay-client/lineapi/emulate/richmenu/richmenu_calls.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_reply.h"

#define USERS_MAX 500u

static bool is_list_right(struct emulated_call *c, const struct json_value *users)
{
    struct lineapi_problems problems = {.len = 0};
    size_t len = json_len(users);

    if (!users)
        lineapi_problems_add(&problems, NULL, "userIds", "must be specified");
    else if (json_kind(users) != JSON_ARRAY || len < 1 || len > USERS_MAX)
        lineapi_problems_add(&problems, NULL, "userIds", "Size must be between 1 and %u",
                             USERS_MAX);
    if (problems.total > 0)
        emulated_call_refuse_problems(c, &problems);
    return problems.total == 0;
}

/* The body's user ids, all of them right; NULL after a problem. */
static const struct json_value *users_of(struct emulated_call *c)
{
    const struct json_value *users = json_member(c->root, "userIds");
    size_t i = 0;

    if (!is_list_right(c, users))
        return NULL;
    for (const struct json_value *v = json_first(users); v; v = json_next(v), i++) {
        const char *id = json_string(v);
        if (id && richmenu_reply_is_user_id(span_text(id)))
            continue;
        emulated_call_refuse(
            c, 400,
            "The property, 'userIds[%zu]', in the request body is invalid (line: -, column: -)",
            i);
        return NULL;
    }
    return users;
}

static void link_all(struct emulated_call *c, const struct json_value *users,
                     struct richmenu *m)
{
    enum err rc = OK;

    for (const struct json_value *v = json_first(users); v && rc == OK; v = json_next(v))
        rc = richmenu_store_link(richmenu_reply_store(c), span_text(json_string(v)), m);
    c->status = 202;
    richmenu_reply_done(c, rc);
}

void richmenu_bulk_link(struct emulated_call *c)
{
    const struct json_value *users = users_of(c);
    struct richmenu *m = users ? richmenu_reply_named(c, 404) : NULL;

    if (m && richmenu_reply_has_image(c, m))
        link_all(c, users, m);
}

void richmenu_bulk_unlink(struct emulated_call *c)
{
    const struct json_value *users = users_of(c);

    if (users)
        link_all(c, users, NULL);
}
