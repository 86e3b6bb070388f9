#include "relay-client/lineapi/emulate/people/people_list.h"
#include "relay-client/lineapi/emulate/people/people_operations.h"
#include "relay-client/lineapi/emulate/people/people_params.h"
#include "relay-client/lineapi/emulate/people/people_store.h"

void emulate_chat_summary(struct emulated_call *c)
{
    struct json_writer w;
    char name[PEOPLE_TEXT_MAX + 1];

    if (!people_params_has_chat(c))
        return;
    const struct person *p = people_store_find(c->emulator->people, c->params[0]);
    emulator_name(c->emulator, c->params[0], name, sizeof name);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_string(&w, "groupId", c->params[0]);
    json_writer_member_text(&w, "groupName", name);
    if (p && *p->picture_url)
        json_writer_member_text(&w, "pictureUrl", p->picture_url);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

void emulate_chat_count(struct emulated_call *c)
{
    struct people_list list;
    struct json_writer w;

    if (!people_params_has_chat(c))
        return;
    if (people_list_members(c->emulator, c->params[0], &list) != OK) {
        emulated_call_refuse(c, 500, "%s", err_text(ERR_NOMEM));
        return;
    }
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_u64(&w, "count", list.len);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
    people_list_fini(&list);
}

void emulate_chat_leave(struct emulated_call *c)
{
    if (people_params_has_chat(c))
        people_store_leave(c->emulator->people, c->params[0], c->now_ms);
}
