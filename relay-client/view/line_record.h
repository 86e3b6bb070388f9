#ifndef CLIENT_VIEW_LINE_RECORD_H
#define CLIENT_VIEW_LINE_RECORD_H

#include "relay-client/journal/journal_reader.h"

/* A webhook from LINE's side: what its error statistics say of it ("Webhook errors" in the
 * LINE Developers Console), what they would say without Hookline in between, and whether
 * the bot could still reply. */

#define LINE_RECORD_LATE_US    1500000u /* the answer must have left the relay by then */
#define LINE_RECORD_TIMEOUT_US 2000000u /* LINE waits as long */

#define LINE_RECORD_SIZE 32u

/* "OK", "request_timeout", "error_status_code 500", "could_not_connect"; "" when it is not
 * known here.  Both NUL-terminate and return `buf`; not for replays. */
const char *line_record_of(char buf[static LINE_RECORD_SIZE], const struct journal_row *row);
/* ... had LINE asked the bot itself; "" too when that is the same by itself: the bot, or
 * Hookline on its behalf, has answered. */
const char *line_record_without(char buf[static LINE_RECORD_SIZE],
                                const struct journal_row *row);

/* Was the reply token of an event dead when the bot got it?  `at_ms` is for what the bot
 * may still get: would it be dead then? */
bool line_record_is_token_dead(const struct journal_row *row, uint64_t event_ms,
                               bool is_redelivery, uint64_t at_ms);
/* Of the first event, if the bot got it. */
bool line_record_was_token_dead(const struct journal_row *row);

#endif
