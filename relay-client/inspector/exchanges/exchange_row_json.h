#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_ROW_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_ROW_JSON_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/journal_reader.h"

/* An exchange as one row of the page's list: the schema Row of docs/inspector-api.yaml. */

#define EXCHANGE_ROW_JSON_TEXT 120u /* characters of the first event's text */
#define EXCHANGE_ROW_JSON_PATH 300u /* characters of the path */

void exchange_row_json(struct json_writer *w, const struct journal_row *row);
/* The schema RowFacts: its members but for `calls`, for an object that has more (Detail). */
void exchange_row_json_members(struct json_writer *w, const struct journal_row *row);

/* "bot", "guard", "now", "kept", "refused", "duplicate", "nobody". */
const char *exchange_row_json_answered_by(const struct journal_row *row);
/* When the relay had its last byte, as far as it is known. */
uint64_t exchange_row_json_received_ms(const struct journal_row *row);

#endif
