#ifndef CLIENT_LINEAPI_STATUS_H
#define CLIENT_LINEAPI_STATUS_H

#include "codec/json/json_writer.h"
#include "relay-client/lineapi/lineapi.h"

/* How the port is just now: `line_api` of docs/inspector-api.yaml. */

/* One value: an object, or null for NULL. */
void lineapi_status_write(const struct lineapi *a, struct json_writer *w);
/* "auto", "emulate", "pass". */
const char *lineapi_status_mode(enum lineapi_mode mode);
/* Why pushes stay here: "forced", "not_configured", "replay", "lease"; NULL: they do not. */
const char *lineapi_status_emulating(const struct lineapi_options *o);

#endif
