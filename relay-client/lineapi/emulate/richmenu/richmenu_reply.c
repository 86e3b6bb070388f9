#include "relay-client/lineapi/emulate/richmenu/richmenu_reply.h"

#include "base/hex.h"
#include "relay-client/lineapi/emulate/emulator.h"

struct richmenu_store *richmenu_reply_store(const struct emulated_call *c)
{
    return emulator_rooms_of(c->emulator)->richmenus;
}

void richmenu_reply_done(struct emulated_call *c, enum err rc)
{
    if (rc != OK)
        emulated_call_refuse(c, 500, "%s", err_text(rc));
}

void richmenu_reply_refuse(struct emulated_call *c, unsigned status, const char *message)
{
    struct json_writer w;

    c->status = status;
    c->problem = "refused";
    bytes_clear(&c->answer);
    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "message", message);
    json_writer_key(&w, "details");
    json_writer_array(&w);
    json_writer_array_end(&w);
    json_writer_object_end(&w);
    richmenu_reply_done(c, json_writer_end(&w));
}

void richmenu_reply_id(struct emulated_call *c, const char *id)
{
    struct json_writer w;

    json_writer_init(&w, &c->answer);
    json_writer_object(&w);
    json_writer_member_text(&w, "richMenuId", id);
    json_writer_object_end(&w);
    richmenu_reply_done(c, json_writer_end(&w));
}

struct richmenu *richmenu_reply_find(struct emulated_call *c, struct span id)
{
    struct richmenu *m = richmenu_store_find(richmenu_reply_store(c), id);

    if (!m)
        emulated_call_refuse(c, 404, "Not found");
    return m;
}

static bool is_hex(struct span s)
{
    uint8_t bytes[16];

    return hex_parse(s, bytes, sizeof bytes) == OK;
}

bool richmenu_reply_is_id(const char *id)
{
    struct span s = span_text(id);
    struct span prefix = SPAN("richmenu-");

    return span_starts(s, prefix) && is_hex(span_slice(s, prefix.len, s.len));
}

bool richmenu_reply_is_user_id(struct span id)
{
    return span_starts(id, SPAN("U")) && is_hex(span_slice(id, 1, id.len));
}

bool richmenu_reply_is_user(struct emulated_call *c, struct span id)
{
    if (richmenu_reply_is_user_id(id))
        return true;
    emulated_call_refuse(c, 400, "The value for the 'userId' parameter is invalid");
    return false;
}

struct richmenu *richmenu_reply_named(struct emulated_call *c, unsigned missing)
{
    const char *id = json_string(json_member(c->root, "richMenuId"));
    struct lineapi_problems problems = {.len = 0};

    if (!id || !richmenu_reply_is_id(id)) {
        lineapi_problems_add(&problems, NULL, "richMenuId", "%s",
                             id ? "invalid richMenuId" : "must be specified");
        emulated_call_refuse_problems(c, &problems);
        return NULL;
    }
    struct richmenu *m = richmenu_store_find(richmenu_reply_store(c), span_text(id));
    if (!m)
        richmenu_reply_refuse(c, missing, "richmenu not found");
    return m;
}

bool richmenu_reply_has_image(struct emulated_call *c, const struct richmenu *m)
{
    if (bytes_len(&m->image) > 0)
        return true;
    richmenu_reply_refuse(c, 400, "must upload richmenu image before applying it to user");
    return false;
}
