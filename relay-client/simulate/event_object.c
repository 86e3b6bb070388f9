#include "relay-client/simulate/event_object.h"

#include "codec/json/json_reprint.h"
#include "codec/json/json_text.h"

#include <inttypes.h>
#include <stdio.h>

void event_object_put(struct event_text *t, struct span text)
{
    if (t->rc == OK)
        t->rc = bytes_append_span(t->out, text);
}

void event_object_put_string(struct event_text *t, const char *text)
{
    if (t->rc == OK)
        t->rc = json_reprint_string(span_text(text), JSON_ESCAPE_LEAST, t->out);
}

void event_object_open(struct event_object *o, struct event_text *to, struct span text)
{
    struct json_text_walk walk;
    struct json_text_item item;

    *o = (struct event_object){.to = to, .text = text};
    o->has_members = json_text_walk_init(&walk, text) && json_text_walk_next(&walk, &item);
}

void event_object_copy(struct event_object *o)
{
    event_object_put(o->to, span_slice(o->text, 0, o->text.len - 1));
}

bool event_object_lacks(const struct event_object *o, const char *name)
{
    return json_text_member(o->text, name).len == 0;
}

void event_object_name(struct event_object *o, const char *name)
{
    event_object_put(o->to, o->has_members ? SPAN(",\"") : SPAN("\""));
    event_object_put(o->to, span_text(name));
    event_object_put(o->to, SPAN("\":"));
    o->has_members = true;
}

void event_object_add(struct event_object *o, const char *name, struct span value)
{
    if (value.len == 0 || !event_object_lacks(o, name))
        return;
    event_object_name(o, name);
    event_object_put(o->to, value);
}

void event_object_add_number(struct event_object *o, const char *name, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, number);
    event_object_add(o, name, span_text(text));
}

void event_object_add_text(struct event_object *o, const char *name, const char *text)
{
    if (!event_object_lacks(o, name))
        return;
    event_object_name(o, name);
    event_object_put_string(o->to, text);
}

void event_object_close(struct event_object *o)
{
    event_object_put(o->to, SPAN("}"));
}
