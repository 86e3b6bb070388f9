#include "relay-client/journal/journal_schema_table.h"

#include "codec/line/line_event.h"
#include "codec/signature/signature.h"

_Static_assert(LINE_EVENTS_MAX <= JOURNAL_EVENTS_STRIDE, "ids of events would collide");
/* Stored as numbers. */
_Static_assert(VERDICT_UNCHECKED == 0 && VERDICT_VALID == 1 && VERDICT_INVALID == 2 &&
                   VERDICT_MISSING == 3,
               "older journals would be read wrongly");

/* What lists show stands apart from heads and bodies, so that going through a hundred
 * thousand exchanges reads little.  Times are Unix milliseconds, durations microseconds
 * since arrival, 0 in an id column means none.  Heads: http_head_text.h. */
static const char *const steps[] = {
    "CREATE TABLE exchange ("
    "  id INTEGER PRIMARY KEY,"
    "  delivery TEXT NOT NULL UNIQUE,"
    "  tunnel TEXT NOT NULL,"
    "  peer TEXT NOT NULL,"
    "  method TEXT NOT NULL,"
    "  target TEXT NOT NULL,"
    "  received_ms INTEGER NOT NULL,"
    "  arrived_ms INTEGER NOT NULL,"
    "  webhook INTEGER NOT NULL,"
    "  replay_of INTEGER NOT NULL,"
    "  duplicate_of INTEGER NOT NULL," /* the first exchange with one of its events */
    "  body_len INTEGER NOT NULL,"
    "  body_truncated INTEGER NOT NULL,"
    "  events_len INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE request ("
    "  exchange INTEGER PRIMARY KEY REFERENCES exchange,"
    "  head BLOB NOT NULL,"
    "  body BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE answer ("
    "  exchange INTEGER PRIMARY KEY REFERENCES exchange,"
    "  verdict INTEGER NOT NULL," /* 0 unchecked, 1 valid, 2 invalid, 3 missing */
    "  provider TEXT NOT NULL,"
    "  secret_label TEXT NOT NULL,"
    "  explanation TEXT NOT NULL,"
    "  handler TEXT NOT NULL,"
    "  status INTEGER NOT NULL,"
    "  error TEXT NOT NULL,"
    "  stored_us INTEGER NOT NULL,"
    "  handler_us INTEGER NOT NULL,"
    "  total_us INTEGER NOT NULL,"
    "  body_truncated INTEGER NOT NULL,"
    "  head BLOB," /* NULL: no answer */
    "  body BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE event ("
    "  id INTEGER PRIMARY KEY," /* exchange * 128 + place in the body */
    "  type TEXT NOT NULL,"
    "  mode TEXT NOT NULL,"
    "  timestamp_ms INTEGER NOT NULL,"
    "  source_type TEXT NOT NULL,"
    "  source_id TEXT NOT NULL,"
    "  user_id TEXT NOT NULL,"
    "  webhook_event_id TEXT NOT NULL,"
    "  reply_token TEXT NOT NULL,"
    "  redelivery INTEGER NOT NULL,"
    "  duplicate_of INTEGER NOT NULL,"
    "  message_id TEXT NOT NULL,"
    "  message_type TEXT NOT NULL,"
    "  text TEXT NOT NULL"
    ") STRICT;"

    "CREATE INDEX event_identity ON event (webhook_event_id) WHERE webhook_event_id <> '';",
};

const struct database_schema journal_schema = {
    .what = "journal",
    .application_id = 0x486b4c6a, /* "HkLj" */
    .steps = steps,
    .version = sizeof(steps) / sizeof(steps[0]),
};
