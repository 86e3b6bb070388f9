#ifndef CLIENT_INSPECTOR_CALLS_CALL_JSON_H
#define CLIENT_INSPECTOR_CALLS_CALL_JSON_H

#include "codec/json/json_writer.h"
#include "relay-client/journal/lookup/journal_calls.h"

/* A call of the bot to LINE's API: the schema Call of docs/inspector-api.yaml. */

/* The object.  `is_brief`: bodies over 64 KiB are not shown.  ERR_NOMEM. */
MUST_CHECK enum err call_json(struct json_writer *w, const struct journal_call_whole *call,
                              bool is_brief);
/* "calls": [...] of an exchange, at most CALL_JSON_MAX. */
#define CALL_JSON_MAX 100u
MUST_CHECK enum err call_json_member(struct json_writer *w, struct journal_reader *reader,
                                     const struct journal_row *row);

#endif
