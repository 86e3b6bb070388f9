#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_ROW_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_ROW_JSON_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/journal_reader.h"

/* An exchange as one row of the page's list: the schema Row of docs/inspector-api.yaml. */

void exchange_row_json(struct json_writer *w, const struct journal_row *row);
/* Its members alone, for an object that has more (Detail). */
void exchange_row_json_members(struct json_writer *w, const struct journal_row *row);

#endif
