#ifndef CODEC_JSON_TEXT_H
#define CODEC_JSON_TEXT_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* Work on the bytes of a JSON text without printing it again: walk it, find the
 * range of a value, replace that range and leave every other byte as it was.
 * Spans point into the text.  Of several members of one name the first counts. */

/* A container's children, in order.  The text must have passed json_scan. */
struct json_text_walk {
    struct span text; /* of the container, from its bracket */
    size_t at;
    bool is_object;
};
struct json_text_item {
    struct span name;  /* as in the text, with quotes; empty in an array */
    struct span value; /* without white space around it */
};
/* False when `value` is neither object nor array; the walk is then empty. */
bool json_text_walk_init(struct json_text_walk *w, struct span value);
bool json_text_walk_next(struct json_text_walk *w, struct json_text_item *out);

/* Is this string literal (with its quotes, escapes allowed) the text `plain`? */
bool json_text_string_is(struct span literal, struct span plain);
bool json_text_is_string(struct span value);
bool json_text_is_object(struct span value);
bool json_text_is_array(struct span value);

/* The member's value in a checked object, or the empty span. */
struct span json_text_member(struct span object, const char *name);

/* What the literal says, as UTF-8.  Never longer than literal.len - 2 bytes; lone
 * surrogates become U+FFFD; \u0000 is a NUL byte.  Returns how many were written to
 * `out`, which has room for literal.len bytes. */
size_t json_text_unescape(struct span literal, char *out);

/* The character at inner[*at] of a checked literal without its quotes; moves *at
 * behind it.  Lone surrogates come as they are, 0xD800 to 0xDFFF. */
uint32_t json_text_next_char(struct span inner, size_t *at);
/* Writes one character as UTF-8, surrogates as U+FFFD; returns its bytes. */
size_t json_text_put_char(uint32_t c, char out[static 4]);

/* The range of `events[0].message.text`: names separated by dots, indices in
 * brackets; a name with other characters is written ["..."] as a JSON string; the
 * empty path is the whole value.  ERR_NOT_FOUND; ERR_SYNTAX when `text` is not JSON
 * or `path` is malformed, ERR_LIMIT when too deep. */
MUST_CHECK enum err json_text_find(struct span text, struct span path, struct span *out);
/* Appends `text` to `out` with the value at `path` replaced by `value`, which must
 * be JSON itself.  Errors as above; on failure `out` is unchanged. */
MUST_CHECK enum err json_text_replace(struct span text, struct span path, struct span value,
                                      struct bytes *out);

#endif
