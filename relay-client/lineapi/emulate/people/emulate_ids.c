#include "relay-client/lineapi/emulate/people/list_page.h"
#include "relay-client/lineapi/emulate/people/people_list.h"
#include "relay-client/lineapi/emulate/people/people_operations.h"
#include "relay-client/lineapi/emulate/people/people_params.h"

#define FOLLOWERS_USUAL 300u
#define FOLLOWERS_MAX   1000u
#define MEMBERS_MAX     100u

static void write(struct emulated_call *c, const char *name, struct list_page page,
                  const struct people_list *list)
{
    struct json_writer w;

    list_page_fit(&page, list->len);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_key(&w, name);
    json_writer_array(&w);
    for (size_t i = 0; i < page.len; i++)
        json_writer_text(&w, list->ids[page.start + i]);
    json_writer_array_end(&w);
    list_page_write_next(&w, &page, list->len);
    json_writer_object_end(&w);
    emulated_call_written(c, &w);
}

void emulate_ids_of_followers(struct emulated_call *c)
{
    struct people_list list;
    struct list_page page;

    if (!list_page_read(c, FOLLOWERS_USUAL, FOLLOWERS_MAX, &page))
        return;
    if (people_list_followers(c->emulator, &list) != OK) {
        emulated_call_refuse(c, 500, "%s", err_text(ERR_NOMEM));
        return;
    }
    write(c, "userIds", page, &list);
    people_list_fini(&list);
}

void emulate_ids_of_members(struct emulated_call *c)
{
    struct people_list list;
    struct list_page page;

    if (!people_params_has_chat(c) || !list_page_read(c, MEMBERS_MAX, MEMBERS_MAX, &page))
        return;
    if (people_list_members(c->emulator, c->params[0], &list) != OK) {
        emulated_call_refuse(c, 500, "%s", err_text(ERR_NOMEM));
        return;
    }
    write(c, "memberIds", page, &list);
    people_list_fini(&list);
}
