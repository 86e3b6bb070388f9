#ifndef CLIENT_LINEAPI_RICHMENU_REPLY_H
#define CLIENT_LINEAPI_RICHMENU_REPLY_H

#include "relay-client/lineapi/emulate/emulated_call.h"
#include "relay-client/lineapi/emulate/emulator_rooms.h"

/* What several operations on rich menus look for and say. */

struct richmenu_store *richmenu_reply_store(const struct emulated_call *c);

/* {"message": ..., "details": []}, as some of them have it. */
void richmenu_reply_refuse(struct emulated_call *c, unsigned status, const char *message);
/* {"richMenuId": ...} */
void richmenu_reply_id(struct emulated_call *c, const char *id);
/* NULL after 404, "Not found". */
struct richmenu *richmenu_reply_find(struct emulated_call *c, struct span id);
/* Is it an id as LINE makes them? */
bool richmenu_reply_is_id(const char *id);
/* The body's "richMenuId"; NULL after a problem with its form, or `missing` (a status) when
 * there is no such menu. */
struct richmenu *richmenu_reply_named(struct emulated_call *c, unsigned missing);
/* False after 400: it has no image yet. */
bool richmenu_reply_has_image(struct emulated_call *c, const struct richmenu *m);
/* False after 400, unless it is a user's id. */
bool richmenu_reply_is_user(struct emulated_call *c, struct span id);
bool richmenu_reply_is_user_id(struct span id);
/* 500 unless OK. */
void richmenu_reply_done(struct emulated_call *c, enum err rc);

#endif
