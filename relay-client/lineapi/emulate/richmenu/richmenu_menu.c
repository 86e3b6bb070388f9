#include "codec/json/json_scan.h"
#include "codec/json/json_text.h"
#include "relay-client/lineapi/emulate/emulator.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_calls.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_reply.h"
#include "relay-client/lineapi/validate/richmenu_check.h"

static bool is_right(struct emulated_call *c)
{
    struct lineapi_problems problems = {.len = 0};

    richmenu_check(c->root, &problems);
    if (problems.total > 0)
        emulated_call_refuse_problems(c, &problems);
    return problems.total == 0;
}

void richmenu_menu_validate(struct emulated_call *c)
{
    (void)is_right(c);
}

void richmenu_menu_create(struct emulated_call *c)
{
    const struct emulator_options *o = emulator_options_of(c->emulator);
    char id[LINE_MINT_SIZE];
    struct richmenu *m;

    if (!is_right(c))
        return;
    if (c->body.len > RICHMENU_JSON_MAX) { /* texts of LINE's limits never are so long */
        emulated_call_refuse(c, 413, "The request body is larger than 2 MB");
        return;
    }
    line_mint_make(o->mint, LINE_MINT_RICH_MENU, c->now_ms, id);
    struct span json = span_slice(c->body, json_scan_space_end(c->body, 0), c->body.len);
    enum err rc = richmenu_store_add(richmenu_reply_store(c), id, json, &m);
    if (rc == OK)
        richmenu_reply_id(c, id);
    else if (rc == ERR_LIMIT) /* LINE's words for it are not documented */
        emulated_call_refuse(c, 400, "The maximum number of rich menus has been reached");
    else
        richmenu_reply_done(c, rc);
}

/* What was given, and no more: its members in the order of the reference. */
static void write_menu(struct json_writer *w, const struct richmenu *m)
{
    static const char *const members[] = {"size", "selected", "name", "chatBarText", "areas"};

    json_writer_object(w);
    json_writer_member_text(w, "richMenuId", m->id);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_writer_key(w, members[i]);
        json_writer_raw(w, json_text_member(bytes_span(&m->json), members[i]));
    }
    json_writer_object_end(w);
}

void richmenu_menu_get(struct emulated_call *c)
{
    const struct richmenu *m = richmenu_reply_find(c, c->params[0]);
    struct json_writer w;

    if (!m)
        return;
    json_writer_init(&w, &c->answer);
    write_menu(&w, m);
    richmenu_reply_done(c, json_writer_end(&w));
}

void richmenu_menu_list(struct emulated_call *c)
{
    struct richmenu *m = NULL;
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_key(&w, "richmenus");
    json_writer_array(&w);
    while ((m = richmenu_store_next(richmenu_reply_store(c), m)))
        write_menu(&w, m);
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    richmenu_reply_done(c, json_writer_end(&w));
}

void richmenu_menu_delete(struct emulated_call *c)
{
    struct richmenu *m = richmenu_reply_find(c, c->params[0]);

    if (m)
        richmenu_store_delete(richmenu_reply_store(c), m);
}
