#include "relay-client/lineapi/lineapi_learn.h"

#include "base/container.h"
#include "base/log.h"
#include "relay-client/lineapi/lineapi_call_impl.h"

#include <stdio.h>

/* The operations whose answers have a name, and where. */
static const struct lesson {
    const char *operation, *type, *id, *name;
} lessons[] = {
    {"getProfile", "user", "userId", "displayName"},
    {"getGroupMemberProfile", "user", "userId", "displayName"},
    {"getRoomMemberProfile", "user", "userId", "displayName"},
    {"getGroupSummary", "group", "groupId", "groupName"},
};

static const struct lesson *find(const struct lineapi_operation *o)
{
    for (size_t i = 0; o && i < ARRAY_LEN(lessons); i++)
        if (strcmp(lessons[i].operation, o->name) == 0)
            return &lessons[i];
    return NULL;
}

static const char *text_of(const struct json_value *root, const char *name)
{
    const char *text = json_string(json_member(root, name));

    return text ? text : "";
}

static void record(struct journal *j, const struct lesson *l, const struct json_value *root)
{
    const struct journal_person person = {
        .id = text_of(root, l->id),
        .type = l->type,
        .name = text_of(root, l->name),
        .language = text_of(root, "language"),
        .picture_url = text_of(root, "pictureUrl"),
        .source = JOURNAL_PERSON_LINE,
    };

    if (!*person.id || !*person.name)
        return;
    enum err rc = journal_call_person(j, &person);
    if (rc != OK)
        log_warn("lineapi", "a name is not recorded: %s", err_text(rc));
}

void lineapi_learn(const struct lineapi_call *c)
{
    const struct lesson *l = find(c->match.operation);
    struct json_doc doc;

    if (!l || c->answer.status != 200 || c->is_answer_cut)
        return;
    if (json_parse(&doc, bytes_span(&c->answer_body), JOURNAL_CALL_BODY_MAX) == OK)
        record(c->api->options.journal, l, json_root(&doc));
    json_fini(&doc);
}
