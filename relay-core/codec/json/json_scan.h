#ifndef CODEC_JSON_SCAN_H
#define CODEC_JSON_SCAN_H

#include "base/err.h"
#include "base/span.h"

/* Is this text JSON?  Strictly RFC 8259 and UTF-8: no byte order mark, no comments,
 * no NaN, no trailing comma, no raw control characters in strings.  Lone surrogates
 * as \u escapes are let through (the grammar has them, LINE's users may send them);
 * who decodes such a string gets U+FFFD. */

#define JSON_DEPTH_MAX 64u /* arrays and objects inside each other */

struct json_problem {
    size_t at;        /* offset of the first byte that does not fit */
    const char *what; /* static text: "invalid UTF-8", "a value is expected" */
};

/* The whole text must be one value with nothing but white space around it.
 * ERR_SYNTAX, or ERR_LIMIT when it is nested deeper than JSON_DEPTH_MAX; `problem`
 * (may be NULL) is written on failure only. */
MUST_CHECK enum err json_scan(struct span text, struct json_problem *problem);

/* The end of the value that starts at text[from], in a text that json_scan accepted. */
size_t json_scan_value_end(struct span text, size_t from);
/* The first offset >= from that is not white space. */
size_t json_scan_space_end(struct span text, size_t from);
/* Bytes of the character at text[0], 1 to 4; 0 when it is not UTF-8, or room is 0. */
size_t json_scan_utf8_len(const char *text, size_t room);

#endif
