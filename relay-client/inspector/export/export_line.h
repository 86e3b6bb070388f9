#ifndef CLIENT_INSPECTOR_EXPORT_EXPORT_LINE_H
#define CLIENT_INSPECTOR_EXPORT_EXPORT_LINE_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/journal_reader.h"

/* An exchange as one JSON object, for scripts: the schema Row of docs/inspector-api.yaml, and
 *     "delivery", "client_ip", "handler", "error"
 *     "request": {"method", "scheme", "authority", "target", "headers": [[name, value], ...],
 *                 "text" (and "encoding": "base64" if it is not UTF-8)}
 *     "response": null, or {"status", "headers", "text"}: the bot's
 * A value null is a secret that is left out. */

/* ERR_NOMEM; what else fails is the writer's. */
MUST_CHECK enum err export_line_write(struct json_writer *w, const struct journal_exchange *x,
                                      bool with_signature);

#endif
