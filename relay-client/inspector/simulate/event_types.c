#include "relay-client/inspector/simulate/event_types.h"

#include "codec/json/json_writer.h"
#include "relay-client/inspector/exchanges/exchange_request.h"
#include "relay-client/simulate/event_template.h"

static void write_choices(struct json_writer *w, struct span choices)
{
    json_writer_key(w, "choices");
    json_writer_array(w);
    while (choices.len > 0) {
        size_t end = span_find(choices, '|');
        json_writer_string(w, span_slice(choices, 0, end));
        choices = span_slice(choices, end + 1, choices.len);
    }
    json_writer_array_end(w);
}

static void write_field(struct json_writer *w, const struct event_field *f)
{
    json_writer_object(w);
    json_writer_member_text(w, "path", f->path);
    json_writer_member_text(w, "kind", event_template_kind_text(f->kind));
    if (f->choices)
        write_choices(w, span_text(f->choices));
    if (f->max > 0)
        json_writer_member_u64(w, "max", f->max);
    json_writer_member_bool(w, "required", f->is_required);
    json_writer_object_end(w);
}

static void write_sources(struct json_writer *w, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *name;
    } sources[] = {
        {EVENT_FROM_USER, "user"},
        {EVENT_FROM_GROUP, "group"},
        {EVENT_FROM_ROOM, "room"},
        {EVENT_FROM_NOBODY, "none"},
    };

    json_writer_key(w, "sources");
    json_writer_array(w);
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (flags & sources[i].flag)
            json_writer_text(w, sources[i].name);
    json_writer_array_end(w);
}

static void write_type(struct json_writer *w, const struct event_template *t)
{
    json_writer_object(w);
    json_writer_member_text(w, "type", t->type);
    json_writer_member_text(w, "sub", t->sub);
    json_writer_member_text(w, "group", event_template_group_text(t->group));
    json_writer_key(w, "sample");
    json_writer_raw(w, span_text(t->sample));
    json_writer_key(w, "fields");
    json_writer_array(w);
    for (const struct event_field *f = t->fields; f->path; f++)
        write_field(w, f);
    json_writer_array_end(w);
    write_sources(w, t->flags);
    json_writer_member_bool(w, "reply_token", (t->flags & EVENT_REPLY_TOKEN) != 0);
    json_writer_object_end(w);
}

enum err event_types_read(struct inspector_reading *r)
{
    struct json_writer w;

    exchange_request_begin(r, &w);
    json_writer_object(&w);
    json_writer_key(&w, "items");
    json_writer_array(&w);
    for (size_t i = 0; i < event_template_list_len; i++)
        write_type(&w, &event_template_list[i]);
    json_writer_array_end(&w);
    json_writer_member_null(&w, "next");
    json_writer_object_end(&w);
    return exchange_request_end(&w, OK);
}
