#ifndef BASE_TEXT_WIDTH_TABLE_H
#define BASE_TEXT_WIDTH_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Code points that do not take one column on a terminal.  For text.c only. */
struct text_width_range {
    uint32_t first, last;
};

struct text_width_ranges {
    const struct text_width_range *at; /* ascending */
    size_t len;
};

extern const struct text_width_ranges text_width_table_wide; /* two columns */
extern const struct text_width_ranges text_width_table_zero; /* none */

#endif
