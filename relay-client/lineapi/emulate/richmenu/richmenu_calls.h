#ifndef CLIENT_LINEAPI_RICHMENU_CALLS_H
#define CLIENT_LINEAPI_RICHMENU_CALLS_H

#include "relay-client/lineapi/emulate/emulated_call.h"
#include "relay-client/lineapi/emulate/emulator_rooms.h"

/* The operations on rich menus, behind emulate_richmenu_table.c, by the file they are in. */

void richmenu_menu_create(struct emulated_call *c);
void richmenu_menu_validate(struct emulated_call *c);
void richmenu_menu_list(struct emulated_call *c);
void richmenu_menu_get(struct emulated_call *c);
void richmenu_menu_delete(struct emulated_call *c);

void richmenu_image_upload(struct emulated_call *c);
void richmenu_image_download(struct emulated_call *c);

void richmenu_link_set_default(struct emulated_call *c);
void richmenu_link_get_default(struct emulated_call *c);
void richmenu_link_clear_default(struct emulated_call *c);
void richmenu_link_set(struct emulated_call *c);
void richmenu_link_get(struct emulated_call *c);
void richmenu_link_clear(struct emulated_call *c);

void richmenu_bulk_link(struct emulated_call *c);
void richmenu_bulk_unlink(struct emulated_call *c);

void richmenu_batch_run(struct emulated_call *c);
void richmenu_batch_validate(struct emulated_call *c);
void richmenu_batch_progress(struct emulated_call *c);

void richmenu_alias_create(struct emulated_call *c);
void richmenu_alias_list(struct emulated_call *c);
void richmenu_alias_get(struct emulated_call *c);
void richmenu_alias_update(struct emulated_call *c);
void richmenu_alias_delete(struct emulated_call *c);

#endif
