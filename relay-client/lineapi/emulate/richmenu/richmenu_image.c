#include "base/text.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_calls.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_picture.h"
#include "relay-client/lineapi/emulate/richmenu/richmenu_reply.h"

/* Without parameters. */
static bool is_type(struct span value, struct span type)
{
    return span_is_nocase(span_trim(span_slice(value, 0, span_find(value, ';'))), type);
}

static bool is_type_right(struct emulated_call *c)
{
    struct span value = http_head_value(c->head, "content-type");

    if (is_type(value, SPAN("image/png")) || is_type(value, SPAN("image/jpeg")))
        return true;
    char shown[128];
    emulated_call_refuse(c, 415, "The content type, %s, is not supported",
                         text_escape(shown, sizeof shown, value));
    c->problem = "wrong_type";
    return false;
}

void richmenu_image_upload(struct emulated_call *c)
{
    struct richmenu *m = richmenu_reply_find(c, c->params[0]);
    struct richmenu_picture picture;

    if (!m || !is_type_right(c))
        return;
    if (c->body.len > RICHMENU_IMAGE_MAX || !richmenu_picture_read(c->body, &picture) ||
        !richmenu_picture_fits(&picture)) {
        emulated_call_refuse(c, 400, "The image size is not allowed for richmenu");
        return;
    }
    enum err rc = richmenu_store_set_image(richmenu_reply_store(c), m, c->body, picture.is_png);
    if (rc == ERR_CONFLICT)
        emulated_call_refuse(c, 400, "An image has already been uploaded to the richmenu");
    else
        richmenu_reply_done(c, rc);
}

void richmenu_image_download(struct emulated_call *c)
{
    const struct richmenu *m = richmenu_reply_find(c, c->params[0]);

    if (!m)
        return;
    if (bytes_len(&m->image) == 0) {
        emulated_call_refuse(c, 404, "Not found");
        return;
    }
    enum err rc = bytes_append_span(&c->answer, bytes_span(&m->image));
    if (rc == OK)
        c->content_type = m->is_png ? "image/png" : "image/jpeg";
    else
        richmenu_reply_done(c, rc);
}
