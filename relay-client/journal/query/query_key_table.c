#include "relay-client/journal/query/query_key_table.h"

#include "base/container.h"
#include "codec/line/line_reply_token.h"
#include "codec/signature/signature.h"
#include "relay-client/journal/journal_call.h"
#include "relay-client/journal/journal_insight.h"

/* SQL says these literally. */
_Static_assert(JOURNAL_BY_NOBODY == 0 && JOURNAL_BY_BOT == 1 && JOURNAL_BY_AGENT == 2 &&
                   JOURNAL_BY_GUARD == 3 && JOURNAL_BY_INBOX == 4,
               "by:");
_Static_assert(JOURNAL_FLAG_REPLAY == 2 && JOURNAL_FLAG_KEPT == 32 &&
                   JOURNAL_FLAG_NOTE == 128 && JOURNAL_FLAG_NOW == 65536,
               "by:, has:, token:");
_Static_assert(LINE_REPLY_TOKEN_MS == 60000 && LINE_REPLY_TOKEN_REDELIVERED_MS == 1200000,
               "token:");
_Static_assert(JOURNAL_CALL_BY_TOKEN == 1, "token:, has:");

static const struct query_word types[] = {
    {.name = "message"},
    {.name = "text"},
    {.name = "image"},
    {.name = "sticker"},
    {.name = "video"},
    {.name = "audio"},
    {.name = "file"},
    {.name = "location"},
    {.name = "postback"},
    {.name = "follow"},
    {.name = "unfollow"},
    {.name = "join"},
    {.name = "leave"},
    {.name = "memberJoined"},
    {.name = "memberLeft"},
    {.name = "unsend"},
    {.name = "videoPlayComplete"},
    {.name = "beacon"},
    {.name = "accountLink"},
    {.name = "membership"},
    {.name = "module"},
    {.name = "activated"},
    {.name = "deactivated"},
    {.name = "botSuspended"},
    {.name = "botResumed"},
    {.name = "delivery"},
    {0},
};

/* Sets out of an index (journal_schema_table.c), once for a whole statement. */
#define SELECT_EVENTS "SELECT event.id / 128 FROM event WHERE "
#define OF_EVENT      "s.exchange IN (" SELECT_EVENTS
#define IN_KINDS      " AND event.type <> ''"

#define SOURCE(type)                                                                           \
    {                                                                                          \
        .name = (type), .condition = {                                                         \
            .event_sql = "@source_type = '" type "'",                                          \
            .set_sql = OF_EVENT "event.source_type = '" type "'" IN_KINDS ")",                 \
            .is_broad = true                                                                   \
        }                                                                                      \
    }
static const struct query_word sources[] = {
    SOURCE("user"), SOURCE("group"), SOURCE("room"), SOURCE("channel"), {0},
};

static const struct query_word statuses[] = {
    {.name = "200"}, {.name = "2xx"}, {.name = "4xx"}, {.name = "5xx"}, {.name = "none"}, {0},
};

static const struct query_word answerers[] = {
    {.name = "bot", .condition = {.sql = "s.answered_by = 1"}},
    {.name = "guard", .condition = {.sql = "s.answered_by = 3 AND s.flags & 65536 = 0"}},
    {.name = "now", .condition = {.sql = "s.answered_by = 3 AND s.flags & 65536 <> 0"}},
    {.name = "kept", .condition = {.sql = "s.answered_by = 4"}},
    {.name = "refused",
     .condition = {.sql = "s.answered_by = 2 AND s.line_status NOT BETWEEN 200 AND 299"}},
    {.name = "duplicate",
     .condition = {.sql = "s.answered_by = 2 AND s.line_status BETWEEN 200 AND 299"}},
    {.name = "relay", .condition = {.sql = "s.answered_by IN (3, 4)"}},
    {.name = "nobody", .condition = {.sql = "s.answered_by = 0"}},
    {0},
};

static const struct query_word verdicts[] = {
    {.name = "valid", .number = VERDICT_VALID},
    {.name = "invalid", .number = VERDICT_INVALID},
    {.name = "missing", .number = VERDICT_MISSING},
    {.name = "unchecked", .number = VERDICT_UNCHECKED},
    {.name = "bad", .condition = {.sql = "s.verdict IN (2, 3)"}},
    {0},
};

/* Calls of the bot to LINE's API; most exchanges have none, and then nothing is looked up. */
#define HAS_CALL(condition)                                                                    \
    "s.calls > 0 AND EXISTS (SELECT 1 FROM call WHERE call.exchange = s.exchange"              \
    " AND call.exchange <> 0 AND " condition ")"
#define OF_CALL(condition)                                                                     \
    "s.exchange IN (SELECT call.exchange FROM call WHERE call.exchange <> 0 AND " condition ")"
#define WAS_SAID "call.sending AND call.status BETWEEN 200 AND 299"

/* line_reply_token_is_dead, of now; times in milliseconds. */
#define IS_NEW  "?1 <= iif(s.flags & 32, y.received_ms, y.arrived_ms) + 60000"
#define IS_DEAD "(@redelivery AND @timestamp_ms > 0 AND ?1 > @timestamp_ms + 1200000)"
#define IS_USED HAS_CALL("call.tie = 1 AND call.event = @id % 128 AND " WAS_SAID)
static const struct query_word tokens[] = {
    {.name = "live",
     .condition = {.sql = IS_NEW,
                   .event_sql = "@reply_token <> '' AND NOT " IS_DEAD " AND NOT (" IS_USED ")",
                   .tables = QUERY_EXCHANGE}},
    {.name = "expired",
     .condition = {.event_sql = "@reply_token <> '' AND (NOT (" IS_NEW ") OR " IS_DEAD ")",
                   .tables = QUERY_EXCHANGE}},
    {.name = "used", .condition = {.sql = HAS_CALL("call.tie = 1 AND " WAS_SAID)}},
    {.name = "replay",
     .condition = {.sql = "s.flags & 2 <> 0", .event_sql = "@reply_token <> ''"}},
    {.name = "none",
     .condition = {.sql = "NOT EXISTS (SELECT 1 FROM event WHERE event.id >= s.exchange * 128"
                          " AND event.id < (s.exchange + 1) * 128"
                          " AND event.reply_token <> '')"}},
    {0},
};

static const struct query_word possessions[] = {
    {.name = "note", .condition = {.sql = "s.flags & 128 <> 0"}},
    {.name = "error",
     .condition = {.sql = "coalesce(b.error <> '', 0)", .tables = QUERY_ANSWER}},
    {.name = "finding", .condition = {.sql = "s.findings <> 0"}},
    {.name = "reply", .condition = {.sql = HAS_CALL(WAS_SAID)}},
    {0},
};

/* Parts of operationIds: others do, too. */
static const struct query_word operations[] = {
    {.name = "reply"},      {.name = "push"},       {.name = "multicast"},
    {.name = "broadcast"},  {.name = "narrowcast"}, {.name = "content"},
    {.name = "profile"},    {.name = "richMenu"},   {.name = "loading"},
    {.name = "markAsRead"}, {.name = "token"},      {0},
};
#define CALLED "is_like(call.operation || ' ' || call.target, ?1)"

/* Since the relay had it; what older journals did not write down is 0. */
#define RECEIVED "iif(y.received_ms > 0, y.received_ms, y.arrived_ms)"
#define PATH     "substr(y.target, 1, instr(y.target || '?', '?') - 1)"
/* What is not in the text that is searched is in none of its parts; a row may be missing. */
#define MAY_BE_IN "(w.exchange IS NULL OR contains(w.text, ?1))"
/* Cheap questions first: folding takes a hundred times as long as looking. */
#define OF_BODY                                                                                \
    "EXISTS (SELECT 1 FROM request WHERE request.exchange = s.exchange AND"                    \
    " (has_letters(request.body, ?1) OR (" MAY_BE_IN " AND has_value(request.body, ?1))))"
/* The same of a word in it: texts of an event are several values with spaces between. */
#define WORD_MAY_BE_IN "(w.exchange IS NULL OR contains(w.text, ?2))"

/* Chats of a type whose ids are like ?1: each is looked at once (LIMIT keeps it so), since
 * a chat does not change its type. */
#define LIKE_CHATS(type)                                                                       \
    "(SELECT d.source_id FROM (SELECT DISTINCT u.source_id FROM event u LIMIT -1) d"           \
    " WHERE is_like(d.source_id, ?1) AND (SELECT v.source_type FROM event v"                   \
    "  WHERE v.source_id = d.source_id LIMIT 1) = '" type "')"
#define CHAT(type)                                                                             \
    .condition = {.event_sql = "@source_type = '" type "' AND is_like(@source_id, ?1)",        \
                  .set_sql = OF_EVENT "event.source_id IN " LIKE_CHATS(type) ")"},             \
    .whole = {.event_sql = "@source_type = '" type "' AND @source_id = ?1",                    \
              .set_sql = OF_EVENT "event.source_id = ?1 AND event.source_type = '" type "')"}

const struct query_key query_key_table[] = {
    {.name = "type",
     .form = QUERY_TYPE,
     .condition = {.event_sql = "(@type = ?1 OR (@type = 'message' AND @message_type = ?1))",
                   .set_sql = OF_EVENT
                   "event.type = ?1" IN_KINDS " UNION ALL " SELECT_EVENTS
                   "event.type = 'message' AND event.message_type = ?1" IN_KINDS ")",
                   .is_broad = true},
     .whole = {.event_sql = "@type = ?1 AND @message_type = ?2",
               .set_sql = OF_EVENT "event.type = ?1 AND event.message_type = ?2" IN_KINDS ")",
               .is_broad = true},
     .words = types},
    {.name = "text",
     .form = QUERY_SAID,
     .condition = {.sql = WORD_MAY_BE_IN,
                   .event_sql = "@type = 'message' AND has_folded(@text, ?1)",
                   .tables = QUERY_SEARCH}},
    {.name = "data",
     .form = QUERY_SAID,
     .condition = {.sql = WORD_MAY_BE_IN,
                   .event_sql = "@type = 'postback' AND has_folded(@text, ?1)",
                   .tables = QUERY_SEARCH}},
    /* Alone with the bot a user is the chat: only the others are in an index of their own. */
    {.name = "user",
     .form = QUERY_ACTOR,
     .condition = {.event_sql = "@user_id <> '' AND is_like(@user_id, ?1)",
                   .set_sql = OF_EVENT "event.source_id IN " LIKE_CHATS(
                       "user") " UNION ALL " SELECT_EVENTS
                               "event.user_id <> event.source_id AND event.user_id <> ''"
                               " AND is_like(event.user_id, ?1))"},
     .whole = {.event_sql = "@user_id = ?1",
               .set_sql = OF_EVENT
               "event.source_id = ?1 AND event.user_id = ?1 UNION ALL " SELECT_EVENTS
               "event.user_id = ?1 AND event.user_id <> event.source_id)"}},
    {.name = "group", .form = QUERY_ACTOR, CHAT("group")},
    {.name = "room", .form = QUERY_ACTOR, CHAT("room")},
    {.name = "source", .form = QUERY_WORDS, .words = sources},
    {.name = "is", .form = QUERY_FLAG, .condition = {.sql = "s.flags & ?1 <> 0"}},
    {.name = "status",
     .form = QUERY_STATUS,
     .condition = {.sql = "s.line_status BETWEEN ?1 AND ?2"},
     .words = statuses},
    {.name = "bot-status",
     .form = QUERY_STATUS,
     .condition = {.sql = "s.bot_status BETWEEN ?1 AND ?2"},
     .words = statuses},
    {.name = "by", .form = QUERY_WORDS, .words = answerers},
    {.name = "sig",
     .form = QUERY_WORDS,
     .condition = {.sql = "s.verdict = ?1"},
     .words = verdicts},
    {.name = "finding", .form = QUERY_FINDING, .condition = {.sql = "s.findings & ?1 <> 0"}},
    {.name = "took",
     .form = QUERY_TOOK,
     .condition = {.sql = "coalesce(s.took_us BETWEEN ?1 AND ?2, 0)"}},
    {.name = "since",
     .form = QUERY_SINCE,
     .condition = {.sql = RECEIVED " >= ?1", .tables = QUERY_EXCHANGE}},
    {.name = "until",
     .form = QUERY_UNTIL,
     .condition = {.sql = RECEIVED " < ?1", .tables = QUERY_EXCHANGE}},
    {.name = "at",
     .form = QUERY_AT,
     .condition = {.sql = RECEIVED " >= ?1 AND " RECEIVED " < ?2", .tables = QUERY_EXCHANGE}},
    {.name = "path",
     .form = QUERY_NAME,
     .condition = {.sql = "is_like(" PATH ", ?1)", .tables = QUERY_EXCHANGE},
     .whole = {.sql = "is_like(y.target, ?1)", .tables = QUERY_EXCHANGE}},
    {.name = "method",
     .form = QUERY_NAME,
     .condition = {.sql = "is_like(y.method, ?1)", .tables = QUERY_EXCHANGE}},
    {.name = "header",
     .form = QUERY_FIELD,
     .condition = {.sql = "EXISTS (SELECT 1 FROM request WHERE request.exchange = s.exchange"
                          " AND has_field(request.head, ?1))"}},
    {.name = "body", .form = QUERY_PART, .condition = {.sql = OF_BODY, .tables = QUERY_SEARCH}},
    {.name = "token", .form = QUERY_WORDS, .words = tokens},
    {.name = "api",
     .form = QUERY_LIKE,
     .condition = {.sql = HAS_CALL(CALLED), .set_sql = OF_CALL(CALLED), .is_broad = true},
     .words = operations},
    {.name = "api-status",
     .form = QUERY_STATUS,
     .condition = {.sql = HAS_CALL("call.status BETWEEN ?1 AND ?2")},
     .words = statuses},
    {.name = "has", .form = QUERY_HAS, .words = possessions},
    {.name = "tunnel",
     .form = QUERY_NAME,
     .condition = {.sql = "is_like(y.tunnel, ?1)", .tables = QUERY_EXCHANGE}},
    {.name = "secret",
     .form = QUERY_NAME,
     .condition = {.sql = "coalesce(is_like(b.secret_label, ?1), 0)", .tables = QUERY_ANSWER}},
    {.name = "id",
     .form = QUERY_ID,
     .condition = {.sql = "s.exchange BETWEEN ?1 AND ?2"},
     .whole = {.sql = "y.delivery >= ?1 AND y.delivery < ?2",
               .set_sql = "s.exchange IN (SELECT exchange.id FROM exchange"
                          " WHERE exchange.delivery >= ?1 AND exchange.delivery < ?2)",
               .tables = QUERY_EXCHANGE}},
    {.name = "event",
     .form = QUERY_BEGIN,
     .condition = {.event_sql = "@webhook_event_id >= ?1 AND @webhook_event_id < ?2",
                   .set_sql = OF_EVENT "event.webhook_event_id >= ?1"
                                       " AND event.webhook_event_id < ?2"
                                       " AND event.webhook_event_id <> '')"}},
    {.name = "parent",
     .form = QUERY_NUMBER,
     .condition = {.sql = "y.replay_of = ?1", .tables = QUERY_EXCHANGE}},
};
const size_t query_key_table_len = ARRAY_LEN(query_key_table);

const struct query_key query_key_bare = {
    .name = "",
    .form = QUERY_PART,
    .condition = {.sql = "iif(w.exchange IS NULL, " OF_BODY
                         " OR EXISTS (SELECT 1 FROM exchange WHERE exchange.id = s.exchange"
                         "  AND has_folded(exchange.target, ?1))"
                         " OR EXISTS (SELECT 1 FROM mark WHERE mark.exchange = s.exchange"
                         "  AND has_folded(mark.note, ?1)), contains(w.text, ?1))",
                  .tables = QUERY_SEARCH},
};

const struct query_key *query_key_find(struct span name)
{
    for (size_t i = 0; i < query_key_table_len; i++)
        if (span_is_nocase(name, span_text(query_key_table[i].name)))
            return &query_key_table[i];
    return NULL;
}

const struct query_word *query_key_word(const struct query_key *key, struct span name)
{
    for (const struct query_word *w = key->words; w && w->name; w++)
        if (span_is_nocase(name, span_text(w->name)))
            return w;
    return NULL;
}

/* The index-th flag that has a word. */
static const char *flag_at(size_t index)
{
    for (unsigned bit = 0; bit < JOURNAL_FLAGS; bit++) {
        const char *code = journal_insight_flag_code(bit);

        if (code && index-- == 0)
            return code;
    }
    return NULL;
}

const char *query_key_word_at(const struct query_key *key, size_t index)
{
    if (key->form == QUERY_FLAG)
        return flag_at(index);
    if (key->form == QUERY_FINDING)
        return index < JOURNAL_FINDINGS
                   ? journal_insight_finding_code((enum journal_finding)index)
                   : NULL;
    if (!key->words)
        return NULL;
    for (size_t i = 0; i < index; i++)
        if (!key->words[i].name)
            return NULL;
    return key->words[index].name;
}
