#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/bytes.h"
#include "base/span.h"

/* Text for people out of bytes from anywhere. */

/* Bytes that may be shown on a terminal or in a log: well-formed UTF-8 stays,
 * everything that could move the cursor, ring, reorder (bidi controls, C0, C1,
 * DEL, zero-width and line separators) or is not UTF-8 becomes \xNN or \u{NNNN}.
 * A backslash stays as it is.  All or nothing. */
MUST_CHECK enum err text_append_escaped(struct bytes *out, struct span s);
/* The same into a fixed buffer, cut with "..." at a character border; always
 * NUL-terminated.  Returns `buf`. */
const char *text_escape(char *buf, size_t size, struct span s);

/* Bytes of the longest beginning that such a text keeps as it is. */
size_t text_showable(struct span s);
/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool text_is_utf8(struct span s);
/* Columns that a terminal uses for `s` (East Asian wide = 2, combining and controls
 * = 0, a byte that is not UTF-8 = 1). */
size_t text_columns(struct span s);
/* 0.4 ms, 500 ms, 1.2 s, 3 min, 5 h, 2 d; 812 B, 1.4 KB (1,400 bytes), 3.0 MB.  Cut
 * to that precision, never rounded up.  NUL-terminated, returns `buf`. */
const char *text_duration(char *buf, size_t size, uint64_t microseconds);
const char *text_size(char *buf, size_t size, uint64_t bytes);
/* RFC 3339 in UTC with milliseconds: 2026-11-21T19:24:05.123Z. */
const char *text_time(char *buf, size_t size, uint64_t wall_ms);

#endif
