#ifndef CLIENT_VIEW_BODY_VIEW_H
#define CLIENT_VIEW_BODY_VIEW_H

#include "relay-client/view/page.h"

/* A recorded body for people: JSON indented, text as lines, anything else as a hex dump.
 * Only a view; the recorded bytes are never changed. */

enum body_view_kind { BODY_VIEW_EMPTY, BODY_VIEW_JSON, BODY_VIEW_TEXT, BODY_VIEW_BYTES };

#define BODY_VIEW_MAX      ((size_t)64 * 1024) /* shown of a text */
#define BODY_VIEW_DUMP_MAX ((size_t)1024)      /* ... of bytes */

enum body_view_kind body_view_kind(struct span body);
/* Each line is indented by `indent` and ends with a line feed; says how much it left out. */
void body_view_print(struct page *p, struct span body, size_t indent);
/* Lines of a text from outside, in the same way. */
void body_view_lines(struct page *p, struct span text, size_t indent);

#endif
