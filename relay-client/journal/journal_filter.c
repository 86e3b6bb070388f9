#include "relay-client/journal/journal_filter.h"

#include "base/bytes.h"
#include "base/container.h"
#include "codec/fold.h"
#include "relay-client/journal/journal_row.h"
#include "relay-client/journal/query/query_sql.h"

#define SQL_MAX  (8192u + QUERY_SQL_MAX)
#define TEXT_MAX 1048576u

/* Parameters have fixed numbers; those of conditions that are not there stay unbound. */
enum parameter {
    SINCE = 1,
    UNTIL,
    AFTER,
    BEFORE,
    STATUS_MIN,
    STATUS_MAX,
    VERDICT,
    TUNNEL,
    TYPE,
    MESSAGE_TYPE,
    USER,
    TEXT, /* folded */
    TEXT_AS_IS,
    QUERY_VALUES, /* and those behind it */
};

/* "message.text" is a type and a kind. */
struct event_type {
    struct span type, message_type;
};

static struct event_type split_type(const char *text)
{
    struct span all = span_text(text);
    size_t dot = span_find(all, '.');

    if (dot == all.len)
        return (struct event_type){.type = all};
    return (struct event_type){span_slice(all, 0, dot), span_slice(all, dot + 1, all.len)};
}

static bool is_prefix(struct span user)
{
    return span_ends(user, SPAN("*"));
}

static bool has_text(const char *text)
{
    return text && text[0] != '\0';
}

/* ---- conditions ---- */

struct condition {
    bool applies;
    const char *sql;
};

static enum err append_conditions(struct bytes *sql, const struct condition *all, size_t len)
{
    enum err rc = OK;

    for (size_t i = 0; !rc && i < len; i++)
        if (all[i].applies)
            rc = bytes_append_text(sql, all[i].sql);
    return rc;
}

/* Over, and not with 2xx of whoever answered first, or of the bot behind the guard's back
 * (its head begins with ":status: 200"). */
#define HAS_FAILED                                                                             \
    "(a.outcome <> 1 AND (a.error <> '' OR a.status NOT BETWEEN 200 AND 299"                   \
    "  OR (a.answered_by > 1 AND substr(a.head, 10, 1) <> x'32')))"

static enum err append_exchange_conditions(struct bytes *sql, const struct journal_filter *f)
{
    const struct condition all[] = {
        {true, " AND " JOURNAL_ROW_IS_THERE},
        {f->since_ms > 0, " AND x.arrived_ms >= ?1"},
        {f->until_ms > 0, " AND x.arrived_ms < ?2"},
        {f->status_min > 0, " AND a.status >= ?5"},
        {f->status_max > 0, " AND a.status <= ?6"},
        {f->has_verdict, " AND a.verdict = ?7"},
        {has_text(f->tunnel), " AND x.tunnel = ?8"},
        {f->webhooks_only, " AND x.webhook"},
        {f->replays_only, " AND x.replay_of > 0"},
        {f->failed_only, /* the first half needs no look at the exchange */
         " AND (" HAS_FAILED " OR a.verdict IN (2, 3))"
         " AND (" HAS_FAILED " OR a.verdict = 2 OR x.webhook)"},
    };

    return append_conditions(sql, all, ARRAY_LEN(all));
}

static enum err append_event_conditions(struct bytes *sql, const struct journal_filter *f)
{
    bool has_user = has_text(f->user), has_prefix = has_user && is_prefix(span_text(f->user));
    bool has_kind = has_text(f->event_type) && split_type(f->event_type).message_type.len > 0;
    const struct condition all[] = {
        {has_text(f->event_type), " AND v.type = ?9"},
        {has_kind, " AND v.message_type = ?10"},
        {has_user && !has_prefix,
         " AND (v.source_id = ?11 OR (v.user_id = ?11 AND v.user_id <> v.source_id))"},
        {has_prefix, " AND (instr(v.user_id, ?11) = 1 OR instr(v.source_id, ?11) = 1)"},
    };

    return append_conditions(sql, all, ARRAY_LEN(all));
}

/* Of one whose text was too long to be kept, bytes against bytes: its body, and what was
 * decoded from it. */
static enum err append_text_condition(struct bytes *sql, const struct journal_filter *f)
{
    if (!has_text(f->text))
        return OK;
    return bytes_append_text(
        sql, " AND coalesce((SELECT contains(t.text, ?12) FROM search t"
             "  WHERE t.exchange = x.id),"
             " (SELECT contains(r.body, ?13) FROM request r WHERE r.exchange = x.id)"
             " OR EXISTS (SELECT 1 FROM event w WHERE w.id >= x.id * 128"
             "  AND w.id < (x.id + 1) * 128 AND contains(w.text, ?13)))");
}

/* Row by row, not as a set: the newest few are often enough. */
static enum err append_query(struct bytes *sql, const struct journal_filter *f)
{
    if (!f->query)
        return OK;
    enum err rc = bytes_append_text(sql, " AND EXISTS (SELECT 1");
    if (!rc)
        rc = query_sql_append(f->query, QUERY_SQL_ROWS, QUERY_VALUES, sql);
    return rc ? rc : bytes_append_text(sql, " AND s.exchange = x.id)");
}

/* ---- the statement ---- */

#define REST JOURNAL_ROW_SUMMARY " " JOURNAL_ROW_FIRST_EVENT

/* The table that is gone through: the one whose conditions leave few rows.  CROSS JOIN
 * keeps SQLite to this order. */
struct driver {
    const char *tables, *after, *before, *upwards, *downwards;
};

static const struct driver *driver_for(const struct journal_filter *f)
{
    static const struct driver by_event = {"event v CROSS JOIN exchange x ON x.id = v.id / 128"
                                           " LEFT JOIN answer a ON a.exchange = x.id " REST,
                                           " AND v.id >= (?3 + 1) * 128",
                                           " AND v.id < ?4 * 128", " ORDER BY v.id",
                                           " ORDER BY v.id DESC"};
    static const struct driver by_answer = {
        "answer a CROSS JOIN exchange x ON x.id = a.exchange " REST, " AND a.exchange > ?3",
        " AND a.exchange < ?4", " ORDER BY a.exchange", " ORDER BY a.exchange DESC"};
    static const struct driver by_exchange = {JOURNAL_ROW_TABLES, " AND x.id > ?3",
                                              " AND x.id < ?4", " ORDER BY x.id",
                                              " ORDER BY x.id DESC"};

    static const struct driver by_unfinished = {
        "(SELECT exchange AS id FROM answer WHERE outcome IN (1, 2)"
        "  UNION ALL SELECT x.id FROM exchange x"
        "   WHERE x.id > (SELECT answered_up_to FROM progress)"
        "   AND x.webhook <> 0 AND x.replay_of = 0 AND x.simulated = 0"
        "   AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.exchange = x.id)) u"
        " CROSS JOIN exchange x ON x.id = u.id"
        " LEFT JOIN answer a ON a.exchange = x.id " REST
        " LEFT JOIN event v ON v.id / 128 = x.id AND v.id >= x.id * 128"
        "  AND v.id < (x.id + 1) * 128",
        " AND x.id > ?3", " AND x.id < ?4", " ORDER BY x.id", " ORDER BY x.id DESC"};

    if (f->pending_only)
        return &by_unfinished;
    if (has_text(f->event_type) || has_text(f->user))
        return &by_event;
    if (f->status_min > 0 || f->status_max > 0 || f->has_verdict || f->failed_only)
        return &by_answer;
    return &by_exchange;
}

static enum err append_order(struct bytes *sql, const struct driver *d,
                             const struct journal_filter *f)
{
    const struct condition all[] = {
        {f->after > 0, d->after},
        {f->before > 0, d->before},
        {true, f->oldest_first ? d->upwards : d->downwards},
    };

    return append_conditions(sql, all, ARRAY_LEN(all));
}

static enum err build(struct bytes *sql, const struct journal_filter *f)
{
    const struct driver *d = driver_for(f);
    enum err rc = bytes_append_text(sql, "SELECT " JOURNAL_ROW_COLUMNS " FROM ");

    if (!rc)
        rc = bytes_append_text(sql, d->tables);
    if (!rc)
        rc = bytes_append_text(sql, " WHERE 1");
    if (!rc)
        rc = append_exchange_conditions(sql, f);
    if (!rc)
        rc = append_event_conditions(sql, f);
    if (!rc)
        rc = append_text_condition(sql, f);
    if (!rc)
        rc = append_query(sql, f);
    if (!rc)
        rc = append_order(sql, d, f);
    return rc ? rc : bytes_append(sql, "", 1);
}

/* ---- values ---- */

static void bind_numbers(struct statement *s, const struct journal_filter *f)
{
    const struct {
        uint64_t value;
        enum parameter parameter;
        bool applies;
    } all[] = {
        {f->since_ms, SINCE, f->since_ms > 0},
        {f->until_ms, UNTIL, f->until_ms > 0},
        {f->after, AFTER, f->after > 0},
        {f->before, BEFORE, f->before > 0},
        {f->status_min, STATUS_MIN, f->status_min > 0},
        {f->status_max, STATUS_MAX, f->status_max > 0},
        {f->verdict, VERDICT, f->has_verdict},
    };

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].applies)
            statement_bind_u64(s, (int)all[i].parameter, all[i].value);
}

static void bind_events(struct statement *s, const struct journal_filter *f)
{
    if (has_text(f->event_type)) {
        struct event_type t = split_type(f->event_type);

        statement_bind_text(s, TYPE, t.type);
        if (t.message_type.len > 0)
            statement_bind_text(s, MESSAGE_TYPE, t.message_type);
    }
    if (has_text(f->user)) {
        struct span user = span_text(f->user);

        statement_bind_text(s, USER, span_slice(user, 0, user.len - is_prefix(user)));
    }
}

static enum err bind_texts(struct journal_filter_query *q, const struct journal_filter *f)
{
    if (has_text(f->tunnel))
        statement_bind_text(&q->statement, TUNNEL, span_text(f->tunnel));
    if (!has_text(f->text))
        return OK;
    enum err rc = fold_append(span_text(f->text), &q->text);
    statement_bind_text(&q->statement, TEXT, bytes_span(&q->text));
    statement_bind_text(&q->statement, TEXT_AS_IS, span_text(f->text));
    return rc;
}

enum err journal_filter_prepare(const struct journal_filter *f, struct database *db,
                                struct journal_filter_query *out)
{
    struct bytes sql;

    *out = (struct journal_filter_query){0};
    bytes_init(&out->text, TEXT_MAX);
    bytes_init(&sql, SQL_MAX);
    enum err rc = build(&sql, f);
    if (!rc)
        rc = statement_init(&out->statement, db, (const char *)bytes_peek(&sql));
    bytes_fini(&sql);
    if (rc)
        return rc;
    bind_numbers(&out->statement, f);
    bind_events(&out->statement, f);
    query_sql_bind(f->query, QUERY_VALUES, &out->statement);
    return bind_texts(out, f);
}

void journal_filter_finish(struct journal_filter_query *q)
{
    statement_fini(&q->statement);
    bytes_fini(&q->text);
}
