#ifndef CLIENT_INSPECTOR_EDIT_EDIT_DELETE_H
#define CLIENT_INSPECTOR_EDIT_EDIT_DELETE_H

#include "relay-client/inspector/inspector_route.h"

/* POST /api/exchanges/delete: some, or all that match. */
void edit_delete_act(struct inspector_request *r);

#endif
