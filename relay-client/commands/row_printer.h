#ifndef CLIENT_ROW_PRINTER_H
#define CLIENT_ROW_PRINTER_H

#include "cli/command.h"
#include "relay-client/display/exchange_line.h"

/* Rows of the journal on standard output, as `list` and `tail` print them: a table on a
 * terminal, lines elsewhere, or JSON. */
struct row_printer {
    FILE *out;
    bool json;
    bool is_terminal;
    bool colour;
    unsigned columns;
    uint64_t day_ms; /* of the last heading of a day; starts with today */
    struct exchange_layout layout;
};

void row_printer_init(struct row_printer *p, const struct command_call *call, uint64_t now_ms);
/* Before the first row; `id_max` is the largest id to come, if that is known. */
void row_printer_layout(struct row_printer *p, uint64_t id_max, bool with_details);

/* Appends to `out` one row; after a failure the end of `out` is undefined. */
MUST_CHECK enum err row_printer_format(struct row_printer *p, const struct journal_row *row,
                                       struct bytes *out);
/* ... the line with the columns' names, nothing as JSON; */
MUST_CHECK enum err row_printer_format_heading(struct row_printer *p, struct bytes *out);
/* ... the day, if rows of another one come now and the table shows no dates. */
MUST_CHECK enum err row_printer_format_day(struct row_printer *p, uint64_t arrived_ms,
                                           struct bytes *out);

#endif
