#include "relay-client/simulate/trigger_list.h"

#include "codec/json/json_writer.h"
#include "relay-client/simulate/event_template.h"

static const char *title_of(enum event_group group)
{
    switch (group) {
    case EVENT_MESSAGE:
        return "messages";
    case EVENT_USER:
        return "of one user";
    case EVENT_GROUP:
        return "groups and rooms";
    case EVENT_BOT:
        return "the account";
    case EVENT_PARTNER:
        return "of LINE's partners";
    }
    return "";
}

static void print_text(struct command_call *call)
{
    for (size_t i = 0; i < event_template_list_len; i++) {
        const struct event_template *t = &event_template_list[i];
        if (i == 0 || t->group != event_template_list[i - 1].group)
            (void)fprintf(call->out, "%s%s\n", i > 0 ? "\n" : "", title_of(t->group));
        (void)fprintf(call->out, "  %-20s %s\n", t->name, t->what);
    }
}

static void print_json(struct command_call *call, const struct event_template *t)
{
    struct json_writer w;
    struct bytes out;

    bytes_init(&out, 8192);
    json_writer_init(&w, &out);
    json_writer_object(&w);
    json_writer_member_text(&w, "name", t->name);
    json_writer_member_text(&w, "group", event_template_group_text(t->group));
    json_writer_member_text(&w, "what", t->what);
    json_writer_key(&w, "sample");
    json_writer_raw(&w, span_text(t->sample));
    json_writer_object_end(&w);
    if (json_writer_end(&w) == OK)
        (void)fprintf(call->out, "%.*s\n", (int)bytes_len(&out),
                      (const char *)bytes_peek(&out));
    bytes_fini(&out);
}

void trigger_list_print(struct command_call *call)
{
    if (!settings_bool(call->settings, "json")) {
        print_text(call);
        return;
    }
    for (size_t i = 0; i < event_template_list_len; i++)
        print_json(call, &event_template_list[i]);
}
