#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_TIMING_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_TIMING_JSON_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/journal_reader.h"

/* "timings": {...}: when what happened, since the relay had the request, and by whose
 * clock; null: it did not happen, or is not known. */
void exchange_timing_json_member(struct json_writer *w, const struct journal_row *row);

#endif
