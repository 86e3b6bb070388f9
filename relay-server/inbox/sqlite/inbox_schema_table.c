#include "relay-server/inbox/sqlite/inbox_schema_table.h"

#include "link/link_handshake.h"

/* Stored as numbers. */
_Static_assert(LINK_ANSWER_GUARD == 0 && LINK_ANSWER_NOW == 1 && LINK_ANSWER_BOT == 2 &&
                   LINK_OFFLINE_KEEP == 0 && LINK_OFFLINE_REFUSE == 1,
               "older inboxes would be read wrongly");

/* A record's content stands apart, so that the start reads little.  What changes while a
 * record waits is a row of its own, which most records never get.  There is no index to
 * get out of step: order and tunnels are kept in memory.  Times are Unix milliseconds;
 * the sums are those of inbox_checksum.h. */
static const char *const steps[] = {
    "CREATE TABLE record ("
    "  seq INTEGER PRIMARY KEY,"
    "  tunnel TEXT NOT NULL,"
    "  id TEXT NOT NULL," /* of the delivery */
    "  received_ms INTEGER NOT NULL,"
    "  answered INTEGER NOT NULL," /* status */
    "  content_len INTEGER NOT NULL,"
    "  content_sum BLOB NOT NULL,"
    "  sum BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE content ("
    "  seq INTEGER PRIMARY KEY,"
    "  head BLOB NOT NULL," /* http_head_text.h */
    "  body BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE note ("
    "  seq INTEGER PRIMARY KEY,"
    "  attempts INTEGER NOT NULL,"
    "  reason TEXT," /* NULL: kept; else why it is set aside */
    "  sum BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE tunnel ("
    "  name TEXT PRIMARY KEY,"
    "  token_id TEXT NOT NULL,"
    "  answer INTEGER NOT NULL,"
    "  offline INTEGER NOT NULL,"
    "  linked_ms INTEGER NOT NULL,"
    "  sum BLOB NOT NULL"
    ") STRICT;"

    /* One row: no record has, or had, a higher seq. */
    "CREATE TABLE mark (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT;"
    "INSERT INTO mark (id, seq) VALUES (1, 0);",
};

const struct database_schema inbox_schema = {
    .what = "inbox",
    .application_id = 0x486b4c69, /* "HkLi" */
    .steps = steps,
    .version = sizeof(steps) / sizeof(steps[0]),
};
