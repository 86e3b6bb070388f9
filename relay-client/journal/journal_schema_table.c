#include "relay-client/journal/journal_schema_table.h"

#include "codec/line/line_event.h"
#include "codec/signature/signature.h"
#include "relay-client/journal/journal.h"

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
    "ALTER TABLE progress ADD COLUMN unsearched INTEGER NOT NULL DEFAULT 0;" /* up to here */
    "UPDATE progress SET unsearched = (SELECT coalesce(max(id), 0) FROM exchange);"
    "ALTER TABLE progress ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;" /* id ever given */
    "ALTER TABLE progress ADD COLUMN undo INTEGER NOT NULL DEFAULT 0;" /* the last one given */
    /* Alone with the bot a user is the chat: one entry will do. */
    "CREATE INDEX event_kind ON event (type, message_type, source_type);"
    "CREATE INDEX event_source ON event (source_id);"
    "CREATE INDEX event_member ON event (user_id) WHERE user_id <> source_id;"
    "CREATE INDEX exchange_replays ON exchange (replay_of) WHERE replay_of <> 0;"
    "CREATE INDEX event_message ON event (message_id) WHERE message_id <> '';",

    /* 4: what journal_findings.c says of rows that were there before, as far as it can still be
     * known: the numbers are its bits. */
    "INSERT INTO summary WITH fact AS ("
    "  SELECT x.id, x.webhook, x.replay_of, x.arrived_ms, x.received_ms, x.duplicate_of,"
    "    x.events_len, x.webhook <> 0 AND x.replay_of = 0 AS is_delivery,"
    "    x.body_truncated OR coalesce(a.body_truncated, 0) AS truncated,"
    "    a.exchange IS NOT NULL AS has_answer, coalesce(a.verdict, 0) AS verdict,"
    "    coalesce(a.status, x.answered) AS status,"
    "    CASE WHEN a.exchange IS NOT NULL THEN a.outcome"
    "      WHEN x.webhook <> 0 AND x.replay_of = 0 THEN 1 ELSE 0 END AS outcome,"
    "    CASE WHEN a.exchange IS NULL THEN CASE WHEN x.answered > 0 THEN 4 ELSE 0 END"
    "      WHEN a.answered_by IS NOT NULL THEN a.answered_by"
    "      WHEN a.status = 0 THEN 0 WHEN a.head IS NULL THEN 2 ELSE 1 END AS by,"
    "    coalesce(CAST(CAST(substr(a.head, 10, 3) AS TEXT) AS INTEGER), 0) AS bot,"
    "    x.answered > 0 OR coalesce(a.answered_by, 0) = 4 AS kept,"
    "    coalesce(a.handler_us, 0) AS handler_us, coalesce(a.total_us, 0) AS total_us,"
    "    coalesce(a.answered_us, 0) AS answered_us,"
    "    coalesce(CASE WHEN a.called_us > 0 THEN a.called_us ELSE a.stored_us END, 0) AS "
    "called,"
    "    coalesce(a.unreachable, 0) AS unreachable, coalesce(a.attempts, 0) AS attempts,"
    "    coalesce(a.attempts > a.crashes, 0) AS has_tried, coalesce(a.error <> '', 0) AS error,"
    "    coalesce(e.reply_token <> '', 0) AS has_token, coalesce(e.timestamp_ms, 0) AS "
    "event_ms,"
    "    coalesce(e.redelivery, 0) AS first_again,"
    "    x.events_len > 0 AND EXISTS (SELECT 1 FROM event v WHERE v.id >= x.id * 128"
    "      AND v.id < (x.id + 1) * 128 AND v.redelivery <> 0) AS again,"
    "    CASE WHEN x.webhook = 0 OR x.body_truncated <> 0 OR x.events_len > 0 THEN 0"
    "      WHEN contains(r.body, '\"events\":[]') THEN 1"
    "      WHEN coalesce(substr(r.body, 1, 1), x'') NOT IN (x'7b', x'5b')"
    "        AND contains(r.head, 'json') THEN 2 ELSE 0 END AS content"
    "  FROM exchange x LEFT JOIN answer a ON a.exchange = x.id"
    "    LEFT JOIN event e ON e.id = x.id * 128 LEFT JOIN request r ON r.exchange = x.id"
    "), judged AS (SELECT *,"
    "    bot = 0 AND error AND CASE WHEN webhook THEN has_tried"
    "      ELSE by = 2 AND status >= 500 END AS failed,"
    "    CASE WHEN received_ms > 0 AND arrived_ms > received_ms"
    "        AND (kept OR arrived_ms - received_ms <= 10000)"
    "      THEN arrived_ms - received_ms ELSE 0 END AS transit_ms,"
    "    bot > 0 AND handler_us - CASE WHEN kept AND called < handler_us THEN called ELSE 0 END"
    "      > 1500000 AS late,"
    "    CASE WHEN replay_of > 0 OR by IN (0, 4) THEN NULL WHEN answered_us > 0 THEN "
    "answered_us"
    "      WHEN by IN (1, 2) AND total_us > 0 THEN total_us END AS line_us,"
    "    CASE WHEN kept AND received_ms > 0 THEN received_ms ELSE arrived_ms END AS receipt_ms"
    "  FROM fact"
    "), told AS (SELECT *,"
    "    late AND is_delivery AND NOT kept AND (by = 0"
    "      OR (by = 1 AND coalesce(line_us > 2000000, 0))) AS strict,"
    "    has_token AND replay_of = 0 AND (bot > 0 OR (outcome = 0 AND attempts > 0))"
    "      AND (arrived_ms + called / 1000 - receipt_ms > 60000 OR (first_again"
    "        AND event_ms > 0 AND arrived_ms + called / 1000 - event_ms > 1200000)) AS dead"
    "  FROM judged"
    "), found AS (SELECT *,"
    "    (verdict = 3 AND webhook <> 0) * 256 + (verdict = 2) * 512 + (outcome = 2) * 1024"
    "    + (failed AND (unreachable OR webhook = 0)) * 2048"
    "    + (bot >= 400 OR (failed AND NOT unreachable AND webhook <> 0)) * 4096"
    "    + (bot BETWEEN 300 AND 399) * 8192 + strict * 16384 + (late AND NOT strict) * 32768"
    "    + dead * 65536 + (content = 2) * 131072 + (duplicate_of > 0) * 524288"
    "    + again * 1048576 + (kept AND transit_ms > 60000) * 2097152"
    "    + (content = 1) * 4194304 AS findings FROM told)"
    " SELECT id,"
    "  late + (replay_of > 0) * 2 + again * 8 + (duplicate_of > 0) * 16 + kept * 32"
    "  + (events_len > 1) * 256 + (is_delivery AND (NOT has_answer OR outcome IN (1, 2))) * 512"
    "  + (webhook = 0 AND replay_of = 0) * 1024 + (content = 1) * 2048"
    "  + (late OR findings & 32767 <> 0) * 4096 + (outcome = 3) * 8192 + truncated * 16384"
    "  + (outcome = 2) * 131072 + (is_delivery AND NOT has_answer) * 262144,"
    "  findings, verdict, status, by, bot,"
    "  CASE WHEN bot > 0 THEN handler_us + transit_ms * 1000 END,"
    "  line_us + transit_ms * 1000, CASE WHEN kept THEN transit_ms END FROM found;",

    /* 5: whose message was unsent since. */
    "UPDATE summary SET flags = flags | 32768 WHERE exchange IN (SELECT m.id / 128"
    "  FROM event u JOIN event m ON m.message_id = u.message_id AND m.message_id <> ''"
    "  WHERE u.type = 'unsend' AND m.type <> 'unsend');",
};

const struct database_schema journal_schema = {
    .what = "journal",
    .application_id = 0x486b4c6a, /* "HkLj" */
    .steps = steps,
    .version = sizeof(steps) / sizeof(steps[0]),
};
