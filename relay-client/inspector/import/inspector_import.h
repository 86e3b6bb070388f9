#ifndef CLIENT_INSPECTOR_IMPORT_INSPECTOR_IMPORT_H
#define CLIENT_INSPECTOR_IMPORT_INSPECTOR_IMPORT_H

#include "relay-client/inspector/inspector_route.h"

/* `POST /api/import`: the exchanges of a HAR join the journal, and nobody is called.
 *
 * Life: inspector_import_act -> the request is answered when all are on the disk */

#define INSPECTOR_IMPORT_MAX  ((size_t)64 * 1024 * 1024)
#define INSPECTOR_IMPORTS_MAX 2u /* at once; one more is `too_many` */

void inspector_import_act(struct inspector_request *request);

#endif
