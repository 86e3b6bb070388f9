#ifndef CLIENT_INSPECTOR_EDIT_EDIT_MARKS_H
#define CLIENT_INSPECTOR_EDIT_EDIT_MARKS_H

#include "relay-client/inspector/inspector_route.h"

/* POST /api/exchanges/{id}/marks: pin, note. */
void edit_marks_act(struct inspector_request *r);

#endif
