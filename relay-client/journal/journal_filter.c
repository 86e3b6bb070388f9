#include "relay-client/journal/journal_filter.h"

#include "base/bytes.h"
#include "base/container.h"
#include "relay-client/journal/journal_row.h"

#define SQL_MAX       8192u
#define LIMIT_DEFAULT 20u

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
    TEXT,
    TEXT_BYTES,
    LIMIT,
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

static enum err append_exchange_conditions(struct bytes *sql, const struct journal_filter *f)
{
    const struct condition all[] = {
        {f->since_ms > 0, " AND x.arrived_ms >= ?1"},
        {f->until_ms > 0, " AND x.arrived_ms < ?2"},
        {f->after > 0, " AND x.id > ?3"},
        {f->before > 0, " AND x.id < ?4"},
        {f->status_min > 0, " AND a.status >= ?5"},
        {f->status_max > 0, " AND a.status <= ?6"},
        {f->has_verdict, " AND a.verdict = ?7"},
        {has_text(f->tunnel), " AND x.tunnel = ?8"},
        {f->webhooks_only, " AND x.webhook"},
        {f->replays_only, " AND x.replay_of > 0"},
        {f->failed_only, " AND (a.error <> '' OR a.status NOT BETWEEN 200 AND 399"
                         "  OR a.verdict = 2 OR (a.verdict = 3 AND x.webhook))"},
    };

    return append_conditions(sql, all, ARRAY_LEN(all));
}

/* One event that fits all of them. */
static enum err append_event_conditions(struct bytes *sql, const struct journal_filter *f)
{
    bool has_type = has_text(f->event_type), has_user = has_text(f->user);
    bool has_kind = has_type && split_type(f->event_type).message_type.len > 0;
    bool has_prefix = has_user && is_prefix(span_text(f->user));
    const struct condition all[] = {
        {true, " AND x.events_len > 0 AND EXISTS (SELECT 1 FROM event v"
               "  WHERE v.id BETWEEN x.id * 128 AND x.id * 128 + 127"},
        {has_type, " AND v.type = ?9"},
        {has_kind, " AND v.message_type = ?10"},
        {has_user && !has_prefix, " AND (v.user_id = ?11 OR v.source_id = ?11)"},
        {has_prefix, " AND (instr(v.user_id, ?11) = 1 OR instr(v.source_id, ?11) = 1)"},
        {true, ")"},
    };

    if (!has_type && !has_user)
        return OK;
    return append_conditions(sql, all, ARRAY_LEN(all));
}

/* Bytes against bytes, so any language and no word borders.  Text that is escaped in
 * the body is found in what was decoded from it. */
static enum err append_text_condition(struct bytes *sql, const struct journal_filter *f)
{
    if (!has_text(f->text))
        return OK;
    return bytes_append_text(sql,
                             " AND (EXISTS (SELECT 1 FROM request r WHERE r.exchange = x.id"
                             "  AND instr(r.body, ?13))"
                             " OR x.events_len > 0 AND EXISTS (SELECT 1 FROM event v"
                             "  WHERE v.id BETWEEN x.id * 128 AND x.id * 128 + 127"
                             "  AND instr(v.text, ?12)))");
}

static enum err build(struct bytes *sql, const struct journal_filter *f)
{
    enum err rc = bytes_append_text(sql, "SELECT " JOURNAL_ROW_COLUMNS
                                         " FROM " JOURNAL_ROW_TABLES " WHERE 1");

    if (!rc)
        rc = append_exchange_conditions(sql, f);
    if (!rc)
        rc = append_event_conditions(sql, f);
    if (!rc)
        rc = append_text_condition(sql, f);
    if (!rc)
        rc = bytes_append_text(sql, f->oldest_first ? " ORDER BY x.id LIMIT ?14"
                                                    : " ORDER BY x.id DESC LIMIT ?14");
    return rc ? rc : bytes_append(sql, "", 1);
}

/* ---- values ---- */

static void bind_numbers(struct statement *s, const struct journal_filter *f)
{
    const struct {
        enum parameter parameter;
        uint64_t value;
        bool applies;
    } all[] = {
        {SINCE, f->since_ms, f->since_ms > 0},
        {UNTIL, f->until_ms, f->until_ms > 0},
        {AFTER, f->after, f->after > 0},
        {BEFORE, f->before, f->before > 0},
        {STATUS_MIN, f->status_min, f->status_min > 0},
        {STATUS_MAX, f->status_max, f->status_max > 0},
        {VERDICT, f->verdict, f->has_verdict},
        {LIMIT, f->limit > 0 ? f->limit : LIMIT_DEFAULT, true},
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

static void bind_texts(struct statement *s, const struct journal_filter *f)
{
    if (has_text(f->tunnel))
        statement_bind_text(s, TUNNEL, span_text(f->tunnel));
    if (!has_text(f->text))
        return;
    statement_bind_text(s, TEXT, span_text(f->text));
    statement_bind_blob(s, TEXT_BYTES, span_text(f->text));
}

enum err journal_filter_prepare(const struct journal_filter *f, struct database *db,
                                struct statement *out)
{
    struct bytes sql;

    *out = (struct statement){0};
    bytes_init(&sql, SQL_MAX);
    enum err rc = build(&sql, f);
    if (!rc)
        rc = statement_init(out, db, (const char *)bytes_peek(&sql));
    bytes_fini(&sql);
    if (rc)
        return rc;
    bind_numbers(out, f);
    bind_events(out, f);
    bind_texts(out, f);
    return OK;
}
