#include "relay-client/lineapi/emulate/richmenu/richmenu_calls.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_reply.h"

void richmenu_link_set_default(struct emulated_call *c)
{
    struct richmenu *m = richmenu_reply_find(c, c->params[0]);

    if (m && richmenu_reply_has_image(c, m))
        richmenu_store_set_default(richmenu_reply_store(c), m);
}

void richmenu_link_get_default(struct emulated_call *c)
{
    const struct richmenu *m = richmenu_store_default(richmenu_reply_store(c));

    if (m)
        richmenu_reply_id(c, m->id);
    else
        richmenu_reply_refuse(c, 404, "no default richmenu");
}

void richmenu_link_clear_default(struct emulated_call *c)
{
    richmenu_store_set_default(richmenu_reply_store(c), NULL);
}

void richmenu_link_set(struct emulated_call *c)
{
    if (!richmenu_reply_is_user(c, c->params[0]))
        return;
    struct richmenu *m = richmenu_reply_find(c, c->params[1]);
    if (m && richmenu_reply_has_image(c, m))
        richmenu_reply_done(c, richmenu_store_link(richmenu_reply_store(c), c->params[0], m));
}

void richmenu_link_get(struct emulated_call *c)
{
    if (!richmenu_reply_is_user(c, c->params[0]))
        return;
    const struct richmenu *m = richmenu_store_linked(richmenu_reply_store(c), c->params[0]);
    if (m)
        richmenu_reply_id(c, m->id);
    else
        richmenu_reply_refuse(c, 404, "the user has no richmenu");
}

void richmenu_link_clear(struct emulated_call *c)
{
    if (richmenu_reply_is_user(c, c->params[0]))
        richmenu_reply_done(c,
                            richmenu_store_link(richmenu_reply_store(c), c->params[0], NULL));
}
