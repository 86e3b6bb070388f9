#ifndef CLIENT_DISPLAY_EXCHANGE_MARKS_H
#define CLIENT_DISPLAY_EXCHANGE_MARKS_H

#include "relay-client/display/exchange_line.h"

/* What became of an exchange, in words for its row. */

#define EXCHANGE_MARKS_SIZE    128u
#define EXCHANGE_ATTEMPTS_SIZE 768u

/* Pending or set aside, with something to tell about it. */
bool exchange_marks_is_unfinished(const struct exchange_line *x);

/* Who answered LINE when the bot did not ("guard", "inbox"), "late", "bot 500", "pending",
 * "set aside", "dropped", "duplicate of 12", "token expired", "call refused"; with commas
 * between them, or "".  The longest fits.  Both NUL-terminate and return `buf`. */
const char *exchange_marks_format(char *buf, size_t size, const struct exchange_line *x);
/* Of one that is unfinished: "Attempt 3 failed, the next one is at 12:07:10: ...".  Holds
 * what the error holds: for page_outside and its like. */
const char *exchange_marks_attempts(char *buf, size_t size, const struct exchange_line *x);

#endif
