#include "relay-client/lineapi/emulate/people/people_operations.h"
#include "relay-client/lineapi/emulate/people/people_params.h"
#include "relay-client/lineapi/emulate/people/people_store.h"

#define NAME_SIZE (PEOPLE_TEXT_MAX + 1)

static void write_optional(struct json_writer *w, const char *name, const char *text)
{
    if (text && *text)
        json_writer_member_text(w, name, text);
}

static void write_person(struct emulated_call *c, struct span user, bool is_friend)
{
    const struct person *p = people_store_find(c->emulator->people, user);
    char name[NAME_SIZE];
    struct json_writer w;

    emulator_name(c->emulator, user, name, sizeof name);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "displayName", name);
    json_writer_member_string(&w, "userId", user);
    write_optional(&w, "pictureUrl", p ? p->picture_url : NULL);
    if (is_friend) {
        write_optional(&w, "statusMessage", p ? p->status_message : NULL);
        write_optional(&w, "language", people_language(c->emulator, user));
    }
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

void emulate_profile(struct emulated_call *c)
{
    if (!people_params_is_user(c, 0))
        return;
    if (people_has_user(c->emulator, c->params[0]))
        write_person(c, c->params[0], true);
    else
        emulated_call_refuse(c, 404, "Not found");
}

void emulate_profile_of_member(struct emulated_call *c)
{
    if (!people_params_has_chat(c) || !people_params_is_user(c, 1))
        return;
    if (people_has_user(c->emulator, c->params[1]))
        write_person(c, c->params[1], false);
    else
        emulated_call_refuse(c, 404, "Not found");
}
