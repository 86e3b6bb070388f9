#ifndef CLIENT_INSPECTOR_DOCTOR_INSPECTOR_DOCTOR_H
#define CLIENT_INSPECTOR_DOCTOR_INSPECTOR_DOCTOR_H

#include "relay-client/inspector/inspector_route.h"

/* The examination that the page asks for: one at a time, each result is said on the stream
 * as `check`, and the last ones are kept as long as the inspector runs. */

#define INSPECTOR_DOCTOR_BODY_MAX ((size_t)4096)

void inspector_doctor_get(struct inspector_request *r);
void inspector_doctor_post(struct inspector_request *r);

#endif
