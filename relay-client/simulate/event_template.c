#include "relay-client/simulate/event_template.h"

#include "base/container.h"
#include "codec/json/json_text.h"

const char *event_template_kind_text(enum event_field_kind kind)
{
    static const char *const names[] = {
        [EVENT_FIELD_TEXT] = "text",     [EVENT_FIELD_LONG_TEXT] = "long_text",
        [EVENT_FIELD_NUMBER] = "number", [EVENT_FIELD_BOOL] = "bool",
        [EVENT_FIELD_CHOICE] = "choice", [EVENT_FIELD_ID] = "id",
        [EVENT_FIELD_JSON] = "json",
    };

    return names[kind];
}

const char *event_template_group_text(enum event_group group)
{
    static const char *const names[] = {
        [EVENT_MESSAGE] = "message", [EVENT_USER] = "user",       [EVENT_GROUP] = "group",
        [EVENT_BOT] = "bot",         [EVENT_PARTNER] = "partner",
    };

    return names[group];
}

const struct event_template *event_template_named(struct span name)
{
    for (size_t i = 0; i < event_template_list_len; i++)
        if (span_is(name, span_text(event_template_list[i].name)))
            return &event_template_list[i];
    return NULL;
}

const struct event_template *event_template_of(struct span type)
{
    for (size_t i = 0; i < event_template_list_len; i++)
        if (span_is(type, span_text(event_template_list[i].type)))
            return &event_template_list[i];
    return NULL;
}

const struct event_template *event_template_of_kind(struct span type, struct span kind)
{
    for (size_t i = 0; i < event_template_list_len; i++) {
        const struct event_template *t = &event_template_list[i];
        struct span details = event_template_details(t);
        if (!span_is(type, span_text(t->type)) || details.len == 0)
            continue;
        char name[32] = "";
        memcpy(name, details.ptr, details.len < sizeof name ? details.len : 0);
        struct span object = json_text_member(span_text(t->sample), name);
        if (json_text_string_is(json_text_member(object, "type"), kind))
            return t;
    }
    return NULL;
}

struct span event_template_details(const struct event_template *t)
{
    struct span path = span_text(t->fields[0].path);
    size_t dot = span_find(path, '.');

    return dot < path.len ? span_slice(path, 0, dot) : (struct span){0};
}

const struct event_field *event_template_field(const struct event_template *t, struct span path)
{
    for (const struct event_field *f = t->fields; f->path; f++)
        if (span_is(path, span_text(f->path)))
            return f;
    return NULL;
}
