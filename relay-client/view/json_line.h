#ifndef CLIENT_VIEW_JSON_LINE_H
#define CLIENT_VIEW_JSON_LINE_H

#include "base/bytes.h"

/* Appends a JSON text as one line.  Characters that JSON allows but that a terminal or a
 * reader's eye takes for orders (DEL, C1, bidi controls, zero width) become \uNNNN,
 * which means the same.  `json` must be valid, without line breaks between its values.
 * All or nothing. */
MUST_CHECK enum err json_line_append(struct bytes *out, struct span json);

#endif
