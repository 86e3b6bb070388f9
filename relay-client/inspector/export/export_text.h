#ifndef CLIENT_INSPECTOR_EXPORT_EXPORT_TEXT_H
#define CLIENT_INSPECTOR_EXPORT_EXPORT_TEXT_H

#include "codec/json/json_writer.h"

/* Any bytes as a member of a JSON object: a string if they are UTF-8, else Base64. */

/* A value for the key just written.  ERR_NOMEM. */
MUST_CHECK enum err export_text_base64(struct json_writer *w, struct span bytes);
/* "text": what they say, or with "encoding": "base64". */
MUST_CHECK enum err export_text_members(struct json_writer *w, struct span bytes);

#endif
