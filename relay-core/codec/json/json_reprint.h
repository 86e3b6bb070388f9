#ifndef CODEC_JSON_REPRINT_H
#define CODEC_JSON_REPRINT_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

/* Prints a JSON text again the way a program would that parsed it: for showing it,
 * and for proving that a signature was made over a re-printed body.  Order of members
 * and duplicates stay. */

enum json_space {
    JSON_SPACE_KEEP,    /* as in the text */
    JSON_SPACE_NONE,    /* JSON.stringify, json_encode, Jackson */
    JSON_SPACE_AFTER,   /* one blank after each comma and colon: Python's json.dumps */
    JSON_SPACE_INDENT2, /* a line per member */
    JSON_SPACE_INDENT4,
};

enum json_escape {
    JSON_ESCAPE_KEEP,        /* as in the text */
    JSON_ESCAPE_LEAST,       /* only what must be: JSON.stringify */
    JSON_ESCAPE_LINE,        /* ... and what lies over U+FFFF as \uD83E\uDD28: LINE */
    JSON_ESCAPE_ASCII_LOWER, /* everything over 0x7E as \u00e9: Python */
    JSON_ESCAPE_ASCII_UPPER, /* as \u00E9: some Java libraries */
    JSON_ESCAPE_PHP,         /* as Python, and slashes as \/ */
    JSON_ESCAPE_HTML,        /* only what must be, and < > & and U+2028/9: Go */
};

struct json_style {
    enum json_space space;
    enum json_escape escape;
    bool js_numbers; /* numbers as JavaScript prints them: 1.0 as 1 */
};

/* Appends to `out`.  ERR_SYNTAX or ERR_LIMIT when `text` is no JSON (json_scan), or
 * the queue's errors; on failure the end of `out` is undefined. */
MUST_CHECK enum err json_reprint(struct span text, struct json_style style, struct bytes *out);

/* Appends a string literal for `utf8` in that escape style (KEEP counts as LEAST);
 * what is not UTF-8 becomes U+FFFD. */
MUST_CHECK enum err json_reprint_string(struct span utf8, enum json_escape escape,
                                        struct bytes *out);

#endif
