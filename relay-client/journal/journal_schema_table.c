#include "relay-client/journal/journal_schema_table.h"

#include "codec/line/line_event.h"
#include "codec/signature/signature.h"
#include "relay-client/journal/journal_call.h"

_Static_assert(LINE_EVENTS_MAX <= JOURNAL_EVENTS_STRIDE, "ids of events would collide");
/* Stored as numbers. */
_Static_assert(VERDICT_UNCHECKED == 0 && VERDICT_VALID == 1 && VERDICT_INVALID == 2 &&
                   VERDICT_MISSING == 3,
               "older journals would be read wrongly");
_Static_assert(JOURNAL_BY_NOBODY == 0 && JOURNAL_BY_BOT == 1 && JOURNAL_BY_AGENT == 2 &&
                   JOURNAL_BY_GUARD == 3 && JOURNAL_BY_INBOX == 4,
               "older journals would be read wrongly");
_Static_assert(JOURNAL_FINAL == 0 && JOURNAL_PENDING == 1 && JOURNAL_ASIDE == 2 &&
                   JOURNAL_DROPPED == 3,
               "older journals would be read wrongly");
_Static_assert(JOURNAL_CALL_EMULATED == 0 && JOURNAL_CALL_PASSED == 1 &&
                   JOURNAL_CALL_FAILED == 2 && JOURNAL_CALL_UNTIED == 0 &&
                   JOURNAL_CALL_BY_TOKEN == 1 && JOURNAL_CALL_BY_MESSAGE == 2 &&
                   JOURNAL_CALL_BY_TIME == 3,
               "older journals would be read wrongly");
_Static_assert(JOURNAL_PERSON_MADE_UP == 0 && JOURNAL_PERSON_LINE == 1 &&
                   JOURNAL_PERSON_USER == 2,
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

    /* 2: deliveries that are not finished when the sender has its answer.  A webhook that
     * the first version left without an answer was promised to nobody: it is over. */
    "ALTER TABLE exchange ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;" /* before it came */
    "ALTER TABLE answer ADD COLUMN answered_by INTEGER;" /* NULL: version 1 did not say */
    "ALTER TABLE answer ADD COLUMN answered_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE answer ADD COLUMN outcome INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE answer ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE answer ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE answer ADD COLUMN next_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE answer ADD COLUMN unreachable INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE answer ADD COLUMN called_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE answer ADD COLUMN trying INTEGER NOT NULL DEFAULT 0;" /* an attempt began */

    "INSERT INTO answer (exchange, verdict, provider, secret_label, explanation, handler,"
    "  status, error, stored_us, handler_us, total_us, body_truncated, body, answered_by)"
    " SELECT id, 0, '', '', '', '', 0, 'Hookline ended before the bot had answered',"
    "  0, 0, 0, 0, x'', 0 FROM exchange"
    "  WHERE webhook <> 0 AND replay_of = 0 AND id NOT IN (SELECT exchange FROM answer);"

    "CREATE INDEX answer_unfinished ON answer (outcome) WHERE outcome IN (1, 2);"

    /* Every webhook up to here has an answer. */
    "CREATE TABLE progress (answered_up_to INTEGER NOT NULL) STRICT;"
    "INSERT INTO progress SELECT coalesce(max(id), 0) FROM exchange;",

    /* 3: what lists, filters and counts ask for, in one narrow table (journal_insight.h);
     * what a search looks through, folded; the user's marks; what the user deleted and may
     * still want back; when nothing could come. */
    "CREATE TABLE summary ("
    "  exchange INTEGER PRIMARY KEY REFERENCES exchange,"
    "  flags INTEGER NOT NULL,"
    "  findings INTEGER NOT NULL,"
    "  verdict INTEGER NOT NULL,"
    "  line_status INTEGER NOT NULL,"
    "  answered_by INTEGER NOT NULL,"
    "  bot_status INTEGER NOT NULL,"
    "  took_us INTEGER,"
    "  line_us INTEGER,"
    "  kept_ms INTEGER"
    ") STRICT;"
    "CREATE TABLE search (exchange INTEGER PRIMARY KEY REFERENCES exchange,"
    "  text TEXT NOT NULL) STRICT;"
    "CREATE TABLE mark (exchange INTEGER PRIMARY KEY REFERENCES exchange,"
    "  pinned INTEGER NOT NULL, note TEXT NOT NULL) STRICT;"
    "CREATE TABLE deletion (exchange INTEGER PRIMARY KEY REFERENCES exchange,"
    "  undo INTEGER NOT NULL, deleted_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE gap (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, from_ms INTEGER NOT NULL,"
    "  to_ms INTEGER NOT NULL) STRICT;" /* to_ms 0: still */
    "ALTER TABLE progress ADD COLUMN alive_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE answer ADD COLUMN cause TEXT NOT NULL DEFAULT '';" /* signature.h */
    "ALTER TABLE exchange ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;"
    /* Up to here nothing was written of older rows to `search` and `summary`. */
    "ALTER TABLE progress ADD COLUMN unsearched INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE progress ADD COLUMN unsummarised INTEGER NOT NULL DEFAULT 0;"
    "UPDATE progress SET unsearched = (SELECT coalesce(max(id), 0) FROM exchange);"
    "UPDATE progress SET unsummarised = unsearched;"
    "ALTER TABLE progress ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;" /* id ever given */
    "ALTER TABLE progress ADD COLUMN undo INTEGER NOT NULL DEFAULT 0;" /* the last one given */
    /* Alone with the bot a user is the chat: one entry will do. */
    /* For query/ alone, which says that condition, too: others look by id. */
    "CREATE INDEX event_kind ON event (type, message_type, source_type) WHERE type <> '';"
    "CREATE INDEX event_source ON event (source_id);"
    "CREATE INDEX event_member ON event (user_id) WHERE user_id <> source_id;"
    "CREATE INDEX exchange_replays ON exchange (replay_of) WHERE replay_of <> 0;"
    "CREATE INDEX event_message ON event (message_id) WHERE message_id <> '';",

    /* 4: the bot's calls to LINE's API, and who is who (journal_call.h).  `place` is the newest
     * exchange when a call was recorded: calls and events in one order.  Of the last message
     * in it, `said`; `size` is of what stands in call_body.  Ids are never given again. */
    "CREATE TABLE call ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  at_ms INTEGER NOT NULL,"
    "  took_us INTEGER NOT NULL,"
    "  mode INTEGER NOT NULL,"
    "  tie INTEGER NOT NULL,"
    "  exchange INTEGER NOT NULL,"
    "  event INTEGER NOT NULL,"
    "  place INTEGER NOT NULL,"
    "  status INTEGER NOT NULL,"
    "  sending INTEGER NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  operation TEXT NOT NULL,"
    "  method TEXT NOT NULL,"
    "  target TEXT NOT NULL,"
    "  host TEXT NOT NULL,"
    "  request_id TEXT NOT NULL,"
    "  problem TEXT NOT NULL,"
    "  explanation TEXT NOT NULL,"
    "  user_agent TEXT NOT NULL,"
    "  said_type TEXT NOT NULL,"
    "  said_text TEXT NOT NULL,"
    "  said_len INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX call_exchange ON call (exchange) WHERE exchange <> 0;"
    "CREATE INDEX call_untied ON call (at_ms) WHERE exchange = 0;"
    "CREATE TABLE call_body ("
    "  call INTEGER PRIMARY KEY REFERENCES call,"
    "  request_head BLOB NOT NULL,"
    "  request_body BLOB NOT NULL,"
    "  request_truncated INTEGER NOT NULL,"
    "  answer_head BLOB," /* NULL: no answer */
    "  answer_body BLOB NOT NULL,"
    "  answer_truncated INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE call_chat (" /* "*": to everybody */
    "  chat TEXT NOT NULL,"
    "  place INTEGER NOT NULL,"
    "  call INTEGER NOT NULL REFERENCES call,"
    "  sending INTEGER NOT NULL," /* as of the call */
    "  PRIMARY KEY (chat, place, call)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX call_chat_call ON call_chat (call);"
    "CREATE TABLE person ("
    "  id TEXT PRIMARY KEY,"
    "  type TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  language TEXT NOT NULL,"
    "  picture_url TEXT NOT NULL,"
    "  source INTEGER NOT NULL,"
    "  test INTEGER NOT NULL,"
    "  at_ms INTEGER NOT NULL,"
    "  place INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX person_test ON person (place) WHERE test <> 0;"
    "ALTER TABLE exchange ADD COLUMN simulated INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE summary ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE summary ADD COLUMN calls_worst INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE summary ADD COLUMN calls_found INTEGER NOT NULL DEFAULT 0;",
};

const struct database_schema journal_schema = {
    .what = "journal",
    .application_id = 0x486b4c6a, /* "HkLj" */
    .steps = steps,
    .version = sizeof(steps) / sizeof(steps[0]),
};
