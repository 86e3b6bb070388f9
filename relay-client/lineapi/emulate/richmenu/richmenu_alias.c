#include "relay-client/lineapi/emulate/richmenu/richmenu_calls.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_reply.h"

#include <stdio.h>

static bool is_alias(const char *id)
{
    size_t len = strlen(id);

    return len >= 1 && len < RICHMENU_ALIAS_SIZE &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}

/* The body's own id; NULL after a problem. */
static const char *new_id(struct emulated_call *c)
{
    const char *id = json_string(json_member(c->root, "richMenuAliasId"));
    struct lineapi_problems problems = {.len = 0};

    if (id && is_alias(id))
        return id;
    lineapi_problems_add(&problems, NULL, "richMenuAliasId", "%s",
                         id ? "invalid richMenuAliasId" : "must be specified");
    emulated_call_refuse_problems(c, &problems);
    return NULL;
}

/* The menu that the body names; one without image counts as none. */
static struct richmenu *menu_of(struct emulated_call *c)
{
    struct richmenu *m = richmenu_reply_named(c, 400);

    if (!m || bytes_len(&m->image) > 0)
        return m;
    richmenu_reply_refuse(c, 400, "richmenu not found");
    return NULL;
}

static struct richmenu_alias *find(struct emulated_call *c)
{
    struct richmenu_alias *a = richmenu_store_alias(richmenu_reply_store(c), c->params[0]);

    if (!a)
        richmenu_reply_refuse(c, 404, "richmenu alias not found");
    return a;
}

void richmenu_alias_create(struct emulated_call *c)
{
    const char *id = new_id(c);
    const struct richmenu *m = id ? menu_of(c) : NULL;

    if (!m)
        return;
    enum err rc = richmenu_store_add_alias(richmenu_reply_store(c), span_text(id), m);
    if (rc == ERR_CONFLICT)
        richmenu_reply_refuse(c, 400, "conflict richmenu alias id");
    else if (rc == ERR_LIMIT) /* LINE's words for it are not documented */
        richmenu_reply_refuse(c, 400, "too many richmenu aliases");
    else
        richmenu_reply_done(c, rc);
}

static void write_alias(struct json_writer *w, const struct richmenu_alias *a)
{
    json_writer_object(w);
    json_writer_member_text(w, "richMenuAliasId", a->id);
    json_writer_member_text(w, "richMenuId", a->menu);
    json_writer_object_end(w);
}

void richmenu_alias_list(struct emulated_call *c)
{
    struct richmenu_alias *a = NULL;
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_key(&w, "aliases");
    json_writer_array(&w);
    while ((a = richmenu_store_next_alias(richmenu_reply_store(c), a)))
        write_alias(&w, a);
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    richmenu_reply_done(c, json_writer_end(&w));
}

void richmenu_alias_get(struct emulated_call *c)
{
    const struct richmenu_alias *a = find(c);
    struct json_writer w;

    if (!a)
        return;
    json_writer_init(&w, &c->answer);
    write_alias(&w, a);
    richmenu_reply_done(c, json_writer_end(&w));
}

void richmenu_alias_update(struct emulated_call *c)
{
    struct richmenu_alias *a = find(c);
    const struct richmenu *m = a ? menu_of(c) : NULL;

    if (m)
        snprintf(a->menu, sizeof a->menu, "%s", m->id);
}

void richmenu_alias_delete(struct emulated_call *c)
{
    struct richmenu_alias *a = find(c);

    if (a)
        richmenu_store_delete_alias(richmenu_reply_store(c), a);
}
