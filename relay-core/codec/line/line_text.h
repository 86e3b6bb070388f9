#ifndef CODEC_LINE_TEXT_H
#define CODEC_LINE_TEXT_H

#include "codec/line/line_arena.h"

/* What a person would call the content of an event: the fields worth showing in a
 * list and finding in a search, by event and message type.  Used by line_batch only. */

enum line_dialect { LINE_DIALECT_LINE, LINE_DIALECT_WORKS };

/* `event` is a checked JSON value; `message` its message or content, may be empty. */
const char *line_text(struct line_arena *a, enum line_dialect dialect, struct span event,
                      struct span message);

#endif
