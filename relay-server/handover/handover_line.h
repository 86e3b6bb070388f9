#ifndef SERVER_HANDOVER_LINE_H
#define SERVER_HANDOVER_LINE_H

#include "base/span.h"
#include "relay-server/handover/handover_text.h"

/* A line of the dialogue in the making; zeroed is empty. */
struct handover_line {
    char text[HANDOVER_LINE_MAX];
    size_t len;
};

/* Takes bytes up to the first newline; *used says how many.  True: `line` is complete, and
 * handover_line_text is it; the next call begins a new one.  A line that is too long never
 * becomes complete, see handover_line_is_full. */
bool handover_line_add(struct handover_line *line, struct span bytes, size_t *used);
struct span handover_line_text(const struct handover_line *line);
bool handover_line_is_full(const struct handover_line *line);

#endif
