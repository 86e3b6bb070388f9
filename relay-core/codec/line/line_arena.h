#ifndef CODEC_LINE_ARENA_H
#define CODEC_LINE_ARENA_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

/* The decoded strings of one webhook body: one block as large as the body, which is
 * enough because a decoded string is never longer than its literal and no literal
 * is decoded twice.  Used by line_batch and line_text only. */
struct line_arena {
    size_t used, size;
    char data[];
};

/* NULL when memory is out. */
struct line_arena *line_arena_new(size_t size);
void line_arena_free(struct line_arena *a);

/* The string that `literal` says, NUL-terminated; "" when it is no string literal.
 * NUL characters and lone surrogates in it become U+FFFD. */
const char *line_arena_string(struct line_arena *a, struct span literal);

/* Strings (and numbers as written) joined with blanks: begin, add..., end. */
char *line_arena_begin(struct line_arena *a);
void line_arena_add(struct line_arena *a, const char *begin, struct span value);
/* "" when nothing was added. */
const char *line_arena_end(struct line_arena *a, const char *begin);

#endif
