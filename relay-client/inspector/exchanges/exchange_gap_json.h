#ifndef CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_GAP_JSON_H
#define CLIENT_INSPECTOR_EXCHANGES_EXCHANGE_GAP_JSON_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/journal_gaps.h"

/* The schema Gap of docs/inspector-api.yaml. */
void exchange_gap_json(struct json_writer *w, const struct journal_gap *gap);

#endif
