#ifndef CLIENT_INSPECTOR_EXPORT_INSPECTOR_EXPORT_H
#define CLIENT_INSPECTOR_EXPORT_INSPECTOR_EXPORT_H

#include "relay-client/inspector/inspector_route.h"

/* `GET /api/export`: all that match, as a download that is made while it is read.
 *
 * Life: inspector_export_act -> the download runs -> frees itself.  The inspector's end is its
 *       end. */

#define INSPECTOR_EXPORTS_MAX 4u /* at once; one more is `too_many` */

void inspector_export_act(struct inspector_request *request);

#endif
