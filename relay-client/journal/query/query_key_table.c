#include "relay-client/journal/query/query_key_table.h"

#include "base/container.h"
#include "codec/line/line_reply_token.h"
#include "codec/signature/signature.h"
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

#define SOURCE(type)                                                                           \
    {                                                                                          \
        .name = type, .event_sql = "@source_type = '" type "'"                                 \
    }
static const struct query_word sources[] = {
    SOURCE("user"), SOURCE("group"), SOURCE("room"), SOURCE("channel"), {0},
};

static const struct query_word statuses[] = {
    {.name = "200"}, {.name = "2xx"}, {.name = "4xx"}, {.name = "5xx"}, {.name = "none"}, {0},
};

static const struct query_word answerers[] = {
    {.name = "bot", .sql = "s.answered_by = 1"},
    {.name = "guard", .sql = "s.answered_by = 3 AND s.flags & 65536 = 0"},
    {.name = "now", .sql = "s.answered_by = 3 AND s.flags & 65536 <> 0"},
    {.name = "kept", .sql = "s.answered_by = 4"},
    {.name = "refused", .sql = "s.answered_by = 2 AND s.line_status NOT BETWEEN 200 AND 299"},
    {.name = "duplicate", .sql = "s.answered_by = 2 AND s.line_status BETWEEN 200 AND 299"},
    {.name = "relay", .sql = "s.answered_by IN (3, 4)"},
    {.name = "nobody", .sql = "s.answered_by = 0"},
    {0},
};

static const struct query_word verdicts[] = {
    {.name = "valid", .number = VERDICT_VALID},
    {.name = "invalid", .number = VERDICT_INVALID},
    {.name = "missing", .number = VERDICT_MISSING},
    {.name = "unchecked", .number = VERDICT_UNCHECKED},
    {.name = "bad", .sql = "s.verdict IN (2, 3)"},
    {0},
};

/* line_reply_token_is_dead, of now; times in milliseconds. */
#define IS_ALIVE                                                                               \
    "?1 <= iif(s.flags & 32, y.received_ms, y.arrived_ms) + 60000"                             \
    " AND NOT (@redelivery AND @timestamp_ms > 0 AND ?1 > @timestamp_ms + 1200000)"
static const struct query_word tokens[] = {
    {.name = "live", .event_sql = "@reply_token <> '' AND " IS_ALIVE, .tables = QUERY_EXCHANGE},
    {.name = "expired",
     .event_sql = "@reply_token <> '' AND NOT (" IS_ALIVE ")",
     .tables = QUERY_EXCHANGE},
    {.name = "replay", .sql = "s.flags & 2 <> 0", .event_sql = "@reply_token <> ''"},
    {.name = "none",
     .sql = "NOT EXISTS (SELECT 1 FROM event WHERE event.id >= s.exchange * 128"
            " AND event.id < (s.exchange + 1) * 128 AND event.reply_token <> '')"},
    {0},
};

static const struct query_word possessions[] = {
    {.name = "note", .sql = "s.flags & 128 <> 0"},
    {.name = "error", .sql = "coalesce(b.error <> '', 0)", .tables = QUERY_ANSWER},
    {.name = "finding", .sql = "s.findings <> 0"},
    {0},
};

/* Since the relay had it; what older journals did not write down is 0. */
#define RECEIVED "iif(y.received_ms > 0, y.received_ms, y.arrived_ms)"
#define PATH     "substr(y.target, 1, instr(y.target || '?', '?') - 1)"
/* What is not in the text that is searched is in none of its parts; a row may be missing. */
#define MAY_BE_IN "(w.exchange IS NULL OR contains(w.text, ?1))"
/* Cheap questions first: folding takes a hundred times as long as looking. */
#define OF_BODY                                                                                \
    "EXISTS (SELECT 1 FROM request WHERE request.exchange = s.exchange AND"                    \
    " (has_letters(request.body, ?1) OR (" MAY_BE_IN " AND has_value(request.body, ?1))))"
#define OF_EVENT "s.exchange IN (SELECT event.id / 128 FROM event WHERE "

const struct query_key query_key_table[] = {
    {.name = "type",
     .form = QUERY_TYPE,
     .event_sql = "(@type = ?1 COLLATE NOCASE OR @message_type = ?1 COLLATE NOCASE)",
     .whole_sql = "@type = ?1 COLLATE NOCASE AND @message_type = ?2 COLLATE NOCASE",
     .words = types,
     .is_counted = true},
    {.name = "text",
     .form = QUERY_PART,
     .event_sql = "@type = 'message' AND (has_letters(@text, ?1)"
                  " OR ((@message_type <> 'text' OR " MAY_BE_IN ")"
                  " AND has_folded(@text, ?1)))",
     .tables = QUERY_SEARCH},
    {.name = "data",
     .form = QUERY_PART,
     .event_sql = "@type = 'postback' AND has_folded(@text, ?1)"},
    {.name = "user",
     .form = QUERY_ACTOR,
     .event_sql = "is_like(@user_id, ?1)",
     .whole_sql = OF_EVENT "(event.source_id = ?1 AND event.user_id = ?1)"
                           " OR (event.user_id = ?1 AND event.user_id <> event.source_id))",
     .is_counted = true},
    {.name = "group",
     .form = QUERY_ACTOR,
     .event_sql = "@source_type = 'group' AND is_like(@source_id, ?1)",
     .whole_sql = OF_EVENT "event.source_id = ?1 AND event.source_type = 'group')",
     .is_counted = true},
    {.name = "room",
     .form = QUERY_ACTOR,
     .event_sql = "@source_type = 'room' AND is_like(@source_id, ?1)",
     .whole_sql = OF_EVENT "event.source_id = ?1 AND event.source_type = 'room')",
     .is_counted = true},
    {.name = "source", .form = QUERY_WORDS, .words = sources},
    {.name = "is", .form = QUERY_FLAG, .sql = "s.flags & ?1 <> 0"},
    {.name = "status",
     .form = QUERY_STATUS,
     .sql = "s.line_status BETWEEN ?1 AND ?2",
     .words = statuses},
    {.name = "bot-status",
     .form = QUERY_STATUS,
     .sql = "s.bot_status BETWEEN ?1 AND ?2",
     .words = statuses},
    {.name = "by", .form = QUERY_WORDS, .words = answerers},
    {.name = "sig", .form = QUERY_WORDS, .sql = "s.verdict = ?1", .words = verdicts},
    {.name = "finding", .form = QUERY_FINDING, .sql = "s.findings & ?1 <> 0"},
    {.name = "took", .form = QUERY_TOOK, .sql = "coalesce(s.took_us BETWEEN ?1 AND ?2, 0)"},
    {.name = "since", .form = QUERY_SINCE, .sql = RECEIVED " >= ?1", .tables = QUERY_EXCHANGE},
    {.name = "until", .form = QUERY_UNTIL, .sql = RECEIVED " < ?1", .tables = QUERY_EXCHANGE},
    {.name = "at",
     .form = QUERY_AT,
     .sql = RECEIVED " >= ?1 AND " RECEIVED " < ?2",
     .tables = QUERY_EXCHANGE},
    {.name = "path",
     .form = QUERY_NAME,
     .sql = "(is_like(" PATH ", ?1) OR is_like(y.target, ?1))",
     .tables = QUERY_EXCHANGE,
     .is_counted = true},
    {.name = "method",
     .form = QUERY_NAME,
     .sql = "is_like(y.method, ?1)",
     .tables = QUERY_EXCHANGE,
     .is_counted = true},
    {.name = "header",
     .form = QUERY_FIELD,
     .sql = "EXISTS (SELECT 1 FROM request WHERE request.exchange = s.exchange"
            " AND has_field(request.head, ?1))"},
    {.name = "body", .form = QUERY_PART, .sql = OF_BODY, .tables = QUERY_SEARCH},
    {.name = "token", .form = QUERY_WORDS, .words = tokens},
    {.name = "has", .form = QUERY_HAS, .words = possessions},
    {.name = "tunnel",
     .form = QUERY_NAME,
     .sql = "is_like(y.tunnel, ?1)",
     .tables = QUERY_EXCHANGE,
     .is_counted = true},
    {.name = "secret",
     .form = QUERY_NAME,
     .sql = "coalesce(is_like(b.secret_label, ?1), 0)",
     .tables = QUERY_ANSWER,
     .is_counted = true},
    {.name = "id",
     .form = QUERY_ID,
     .sql = "s.exchange BETWEEN ?1 AND ?2",
     .whole_sql = "s.exchange IN (SELECT exchange.id FROM exchange"
                  " WHERE exchange.delivery >= ?1 AND exchange.delivery < ?2)"},
    {.name = "event",
     .form = QUERY_BEGIN,
     .sql = OF_EVENT "event.webhook_event_id >= ?1 AND event.webhook_event_id < ?2"
                     " AND event.webhook_event_id <> '')"},
    {.name = "parent",
     .form = QUERY_NUMBER,
     .sql = "y.replay_of = ?1",
     .tables = QUERY_EXCHANGE},
};
const size_t query_key_table_len = ARRAY_LEN(query_key_table);

const struct query_key query_key_bare = {
    .name = "",
    .form = QUERY_PART,
    .sql = "iif(w.exchange IS NULL, " OF_BODY
           " OR EXISTS (SELECT 1 FROM exchange WHERE exchange.id = s.exchange"
           "  AND has_folded(exchange.target, ?1))"
           " OR EXISTS (SELECT 1 FROM mark WHERE mark.exchange = s.exchange"
           "  AND has_folded(mark.note, ?1)), contains(w.text, ?1))",
    .tables = QUERY_SEARCH,
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
