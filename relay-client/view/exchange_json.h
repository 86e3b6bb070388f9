#ifndef CLIENT_VIEW_EXCHANGE_JSON_H
#define CLIENT_VIEW_EXCHANGE_JSON_H

#include "codec/json/json_writer.h"
#include "relay-client/display/exchange_line.h"

/* Words for programs: "bot", "guard", ...; "final", "pending", ... */
const char *exchange_json_answerer(enum journal_answerer by);
const char *exchange_json_outcome(enum journal_outcome outcome);

/* The members of {"type": "exchange", ...} that every command prints; what is absent is
 * null.  The caller opens and closes the object, and adds what else it knows. */
void exchange_json_members(struct json_writer *w, const struct exchange_line *x);
/* ... and the rest of what a row of the journal says. */
void exchange_json_row_members(struct json_writer *w, const struct journal_row *row);

/* "name": "s", or null when it is empty. */
void exchange_json_string(struct json_writer *w, const char *name, struct span s);
/* "name": 5, or null for 0. */
void exchange_json_number(struct json_writer *w, const char *name, uint64_t value);
/* "name": "2026-11-21T19:24:05.123Z", or null for 0. */
void exchange_json_time(struct json_writer *w, const char *name, uint64_t wall_ms);

#endif
