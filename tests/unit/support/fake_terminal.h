#ifndef TESTS_UNIT_SUPPORT_FAKE_TERMINAL_H
#define TESTS_UNIT_SUPPORT_FAKE_TERMINAL_H

#include "base/span.h"

/* A terminal that understands just the control sequences that Hookline may write: line
 * feed, cursor to a row, erase, colours, synchronized output.  Any other control character
 * or sequence fails the test, and so does a line that is wider than the screen. */

#define FAKE_TERMINAL_ROWS_MAX    64u
#define FAKE_TERMINAL_LINE_SIZE   2048u
#define FAKE_TERMINAL_HISTORY_MAX 20000u

struct fake_terminal {
    unsigned columns, rows;
    unsigned row; /* of the cursor */
    char lines[FAKE_TERMINAL_ROWS_MAX][FAKE_TERMINAL_LINE_SIZE];
    char *history[FAKE_TERMINAL_HISTORY_MAX]; /* owned; lines that scrolled off the top */
    size_t history_len;
    size_t frames, colours; /* how many synchronized updates, how many SGR sequences */
};

/* `before` stands in the first line. */
void fake_terminal_init(struct fake_terminal *t, unsigned columns, unsigned rows,
                        const char *before);
void fake_terminal_fini(struct fake_terminal *t);
void fake_terminal_feed(struct fake_terminal *t, struct span bytes);
/* The text of the first row that contains `part`, or NULL. */
const char *fake_terminal_find(const struct fake_terminal *t, const char *part);
/* How many lines of the history contain it. */
size_t fake_terminal_count_history(const struct fake_terminal *t, const char *part);

/* The oracle for everything that is not a terminal's: well-formed UTF-8 without control
 * characters but the line feed, and without bidi controls.  Fails the test. */
void fake_terminal_check_plain(struct span text);

#endif
