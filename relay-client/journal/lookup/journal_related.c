#include "relay-client/journal/lookup/journal_related.h"

#include "relay-client/journal/journal_reader_impl.h"
#include "relay-client/journal/journal_row.h"

static enum err begin(struct statement *s, struct journal_reader *r, const char *sql,
                      uint64_t id)
{
    enum err rc = id <= INT64_MAX ? OK : ERR_NOT_FOUND;

    *s = (struct statement){0};
    if (!rc)
        rc = statement_init(s, r->db, sql);
    if (!rc)
        statement_bind_u64(s, 1, id);
    return rc;
}

enum err journal_related_received(struct journal_reader *r, uint64_t id, uint64_t *received_ms)
{
    struct statement s;
    bool has_row = false;
    enum err rc = begin(&s, r,
                        "SELECT x.received_ms, x.arrived_ms FROM exchange x"
                        "  WHERE x.id = ? AND " JOURNAL_ROW_IS_THERE,
                        id);

    if (!rc)
        rc = statement_step(&s, &has_row);
    if (!rc && !has_row)
        rc = ERR_NOT_FOUND;
    if (!rc)
        *received_ms = statement_u64(&s, statement_u64(&s, 0) > 0 ? 0 : 1);
    statement_fini(&s);
    return rc;
}

enum err journal_related_replays(struct journal_reader *r, uint64_t id, size_t max,
                                 bool (*each)(void *owner, const struct journal_row *row),
                                 void *owner)
{
    struct statement s;
    struct journal_row row;
    bool has_row = true;
    enum err rc = begin(&s, r,
                        "SELECT " JOURNAL_ROW_COLUMNS " FROM " JOURNAL_ROW_TABLES
                        "  WHERE x.replay_of = ? AND x.replay_of <> 0 AND " JOURNAL_ROW_IS_THERE
                        "  ORDER BY x.id LIMIT ?",
                        id);

    if (!rc)
        statement_bind_u64(&s, 2, max);
    while (!rc && has_row) {
        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        journal_row_read(&s, &row);
        has_row = each(owner, &row);
    }
    statement_fini(&s);
    return rc;
}

enum err journal_related_events(struct journal_reader *r, uint64_t id,
                                bool (*each)(void *owner,
                                             const struct journal_related_event *event),
                                void *owner)
{
    struct statement s;
    struct journal_related_event event;
    bool has_row = true;
    enum err rc =
        begin(&s, r,
              "SELECT e.id % 128, e.duplicate_of, e.message_id <> '' AND e.type <> 'unsend'"
              "    AND EXISTS (SELECT 1 FROM event u WHERE u.message_id = e.message_id"
              "      AND u.message_id <> '' AND u.type = 'unsend')"
              "  FROM event e WHERE e.id BETWEEN ?1 * 128 AND ?1 * 128 + 127 ORDER BY e.id",
              id);

    while (!rc && has_row) {
        rc = statement_step(&s, &has_row);
        if (rc || !has_row)
            break;
        event.index = statement_u64(&s, 0);
        event.duplicate_of = statement_u64(&s, 1);
        event.is_withdrawn = statement_u64(&s, 2) != 0;
        has_row = each(owner, &event);
    }
    statement_fini(&s);
    return rc;
}

enum err journal_related_note(struct journal_reader *r, uint64_t id,
                              void (*take)(void *owner, struct span note), void *owner)
{
    struct statement s;
    bool has_row = false;
    enum err rc = begin(&s, r, "SELECT note FROM mark WHERE exchange = ?", id);

    if (!rc)
        rc = statement_step(&s, &has_row);
    if (!rc && has_row && statement_span(&s, 0).len > 0)
        take(owner, statement_span(&s, 0));
    statement_fini(&s);
    return rc;
}
