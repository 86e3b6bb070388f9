#include "relay-client/scenario/scenario_event.h"

#include "base/container.h"
#include "base/text.h"
#include "codec/json/json_writer.h"
#include "relay-client/simulate/event_dress.h"
#include "relay-client/simulate/event_set.h"

#include <stdio.h>
#include <string.h>

/* --- send --- */

/* `event` becomes it with one more value. */
static enum err set_value(struct bytes *event, const struct event_template *t, const char *path,
                          struct span value, char detail[static SCENARIO_EVENT_DETAIL])
{
    struct bytes changed;
    char shown[80];

    bytes_init(&changed, EVENT_DRESS_MAX);
    enum err rc = event_set(bytes_span(event), t, span_text(path), value, &changed);
    if (rc == OK) {
        bytes_clear(event);
        rc = bytes_append_span(event, bytes_span(&changed));
    } else {
        (void)snprintf(detail, SCENARIO_EVENT_DETAIL, "\"set\": %s: %s",
                       text_escape(shown, sizeof shown, span_text(path)), err_text(rc));
    }
    bytes_fini(&changed);
    return rc;
}

static enum err write_value(struct json_writer *w, const struct json_value *v)
{
    double number;
    bool is_true;

    switch (json_kind(v)) {
    case JSON_STRING:
        json_writer_text(w, json_string(v));
        break;
    case JSON_NUMBER:
        json_writer_double(w, json_double(v, &number) ? number : 0);
        break;
    case JSON_BOOL:
        json_writer_bool(w, json_bool(v, &is_true) && is_true);
        break;
    case JSON_NULL:
        json_writer_null(w);
        break;
    case JSON_OBJECT:
        json_writer_object(w);
        for (const struct json_value *m = json_first(v); m; m = json_next(m)) {
            json_writer_key(w, json_name(m));
            (void)write_value(w, m);
        }
        json_writer_object_end(w);
        break;
    case JSON_ARRAY:
        json_writer_array(w);
        for (const struct json_value *e = json_first(v); e; e = json_next(e))
            (void)write_value(w, e);
        json_writer_array_end(w);
        break;
    case JSON_NONE:
        break;
    }
    return w->failed;
}

static enum err set_json(struct bytes *event, const struct scenario_step *s,
                         const struct json_value *v, char detail[static SCENARIO_EVENT_DETAIL])
{
    const char *text = json_string(v);
    struct json_writer w;
    struct bytes json;

    if (text)
        return set_value(event, s->sample, json_name(v), span_text(text), detail);
    bytes_init(&json, EVENT_DRESS_MAX);
    json_writer_init(&w, &json);
    (void)write_value(&w, v);
    enum err rc = json_writer_end(&w);
    if (rc == OK)
        rc = set_value(event, s->sample, json_name(v), bytes_span(&json), detail);
    bytes_fini(&json);
    return rc;
}

enum err scenario_event_of_send(const struct scenario_step *s, struct bytes *out,
                                char detail[static SCENARIO_EVENT_DETAIL])
{
    enum err rc = bytes_append_span(out, s->sample ? span_text(s->sample->sample) : s->event);

    if (rc == OK && s->sample && s->text)
        rc = set_value(out, s->sample, s->sample->main, span_text(s->text), detail);
    for (const struct json_value *v = json_first(s->set); v && rc == OK; v = json_next(v))
        rc = set_json(out, s, v, detail);
    return rc;
}

/* --- tap --- */

static const char *text_of(const struct json_value *action, const char *name)
{
    const char *text = json_string(json_member(action, name));

    return text ? text : "";
}

static void begin(struct json_writer *w, struct bytes *out, const char *type)
{
    json_writer_init(w, out);
    json_writer_object(w);
    json_writer_member_text(w, "type", type);
    json_writer_key(w, strcmp(type, "message") == 0 ? "message" : "postback");
    json_writer_object(w);
}

static enum err end(struct json_writer *w)
{
    json_writer_object_end(w);
    json_writer_object_end(w);
    return json_writer_end(w);
}

static enum err write_postback(const struct json_value *action, const char *value,
                               struct bytes *out)
{
    (void)value;
    struct json_writer w;

    begin(&w, out, "postback");
    json_writer_member_text(&w, "data", text_of(action, "data"));
    return end(&w);
}

static enum err write_message(const struct json_value *action, const char *value,
                              struct bytes *out)
{
    (void)value;
    struct json_writer w;

    begin(&w, out, "message");
    json_writer_member_text(&w, "type", "text");
    json_writer_member_text(&w, "text", text_of(action, "text"));
    return end(&w);
}

static enum err write_date(const struct json_value *action, const char *value,
                           struct bytes *out)
{
    const char *picked = value ? value : text_of(action, "initial");
    struct json_writer w;

    if (!*picked)
        return ERR_NOT_FOUND;
    begin(&w, out, "postback");
    json_writer_member_text(&w, "data", text_of(action, "data"));
    json_writer_key(&w, "params");
    json_writer_object(&w);
    json_writer_member_text(&w, text_of(action, "mode"), picked);
    json_writer_object_end(&w);
    return end(&w);
}

static enum err write_switch(const struct json_value *action, const char *value,
                             struct bytes *out)
{
    (void)value;
    struct json_writer w;

    begin(&w, out, "postback");
    json_writer_member_text(&w, "data", text_of(action, "data"));
    json_writer_key(&w, "params");
    json_writer_object(&w);
    json_writer_member_text(&w, "newRichMenuAliasId", text_of(action, "richMenuAliasId"));
    json_writer_member_text(&w, "status", "SUCCESS");
    json_writer_object_end(&w);
    return end(&w);
}

static enum err write_sample(const char *name, struct bytes *out)
{
    const struct event_template *t = event_template_named(span_text(name));

    return t ? bytes_append_text(out, t->sample) : ERR_NOT_FOUND;
}

static enum err write_location(const struct json_value *action, const char *value,
                               struct bytes *out)
{
    (void)action, (void)value;
    return write_sample("location", out);
}

static enum err write_image(const struct json_value *action, const char *value,
                            struct bytes *out)
{
    (void)action, (void)value;
    return write_sample("image", out);
}

enum err scenario_event_of_action(const struct json_value *action, const char *value,
                                  struct bytes *out, char detail[static SCENARIO_EVENT_DETAIL])
{
    static const struct {
        const char *type;
        enum err (*write)(const struct json_value *action, const char *value,
                          struct bytes *out);
    } kinds[] = {{"postback", write_postback},   {"message", write_message},
                 {"datetimepicker", write_date}, {"richmenuswitch", write_switch},
                 {"location", write_location},   {"camera", write_image},
                 {"cameraRoll", write_image}};
    const char *type = text_of(action, "type");
    char shown[40];

    enum err rc = ERR_UNSUPPORTED;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i].type, type) == 0)
            rc = kinds[i].write(action, value, out);
    if (rc == ERR_UNSUPPORTED)
        (void)snprintf(detail, SCENARIO_EVENT_DETAIL,
                       "a tap on an action of the type \"%s\" sends nothing to the bot",
                       text_escape(shown, sizeof shown, span_text(type)));
    else if (rc == ERR_NOT_FOUND)
        (void)snprintf(detail, SCENARIO_EVENT_DETAIL,
                       "it opens a picker without a first value: say which is picked, "
                       "\"value\": \"2026-12-24\"");
    return rc;
}
